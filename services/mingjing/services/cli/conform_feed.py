"""The feed that `mingjing conform` is to look at, as a file at hand: one that lies elsewhere is brought first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import click
import httpx

_ANSWER_S = 30


@contextmanager
def at_hand(feed: str) -> Iterator[Path]:
    """Lend the file of a path or of an http(s) address, under the name it has there: that tells what it is.

    UsageError where an address does not answer with it.
    """
    if not feed.startswith(("http://", "https://")):
        yield Path(feed)
        return
    with TemporaryDirectory(prefix="mingjing-conform-") as folder:
        path = Path(folder, Path(unquote(urlsplit(feed).path)).name.strip(".") or "feed.jsonl")
        try:
            _bring(feed, path)
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise click.UsageError(f"{feed}: {exc}") from exc
        yield path


def _bring(address: str, path: Path) -> None:
    with httpx.stream("GET", address, timeout=_ANSWER_S, follow_redirects=True) as answer, path.open("wb") as file:
        answer.raise_for_status()
        for some in answer.iter_bytes():
            file.write(some)
