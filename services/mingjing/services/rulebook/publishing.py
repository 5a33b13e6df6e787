"""Publishing versions of the law: what may be published."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import orjson
import yaml

from mingjing.rules.publication import (
    Publication,
    PublicationRefused,
    Room,
    digest_of,
    refuse,
)
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.rulebook.assembling import law_file
from mingjing.services.rulebook.checking import check


def publications(
    paths: Sequence[Path], backtest: Path | None, *, in_force: int, now: int, by: str
) -> list[Publication]:
    """Return the files as records to publish; instants in microseconds since the epoch.

    Raises PackRefused for what a check finds, PublicationRefused for a file without version,
    for one that comes into force too soon, and for a back-test that is not whole or not of these very files.
    """
    checked = check(paths)
    if checked.found:
        raise PackRefused([each.fault for each in checked.found])
    tried = _tried(backtest) if backtest else None
    found = [_publication(path, tried, in_force=in_force, now=now, by=by) for path in paths]
    for each in found:
        refuse(each, {})
    return found


def _publication(path: Path, tried: Mapping[str, Any] | None, *, in_force: int, now: int, by: str) -> Publication:
    text = path.read_text("utf-8")
    top = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  # every scalar stays text
    room: Room = next(each for each in get_args(Room) if each in top)
    if not top.get("version"):
        raise PublicationRefused(f"{path.name} has no version; a version is what cards name")
    digest = digest_of(text)
    if tried is not None and digest not in tried["files"]["new"].values():
        raise PublicationRefused(
            f"{path.name} is not the file that was back-tested; run `mingjing rules backtest` on it as it now stands"
        )
    return Publication(
        room=room,
        id=law_file(room, path.name, text).id,
        version=top["version"],
        text=text,
        digest=digest,
        in_force=in_force,
        published=now,
        by=by,
        backtest=tried["digest"] if tried is not None else None,
    )


def _tried(path: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = orjson.loads(path.read_bytes())
        body = {name: value for name, value in record.items() if name != "digest"}
        found = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
        whole = record["digest"] == found and bool(record["files"]["new"])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as exc:
        raise PublicationRefused(
            f"{path.name} is no back-test; write one with `mingjing rules backtest --out`"
        ) from exc
    if not whole:
        raise PublicationRefused(f"{path.name} has been changed since `mingjing rules backtest` wrote it; run it again")
    return record
