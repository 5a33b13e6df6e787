"""Delays and outages of agencies.yaml, changed while a worker judges: its cards follow, and nobody restarts it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from .killable import HOUR_PACK, LIMIT, Reader, Site, key, latest, sites

pytestmark = pytest.mark.system

ZONE = ZoneInfo("Asia/Shanghai")
OVERDUE = "overdue"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with sites(tmp_path, HOUR_PACK) as make:
        yield make("live")


@pytest.fixture
def declare(here: Site) -> Callable[[str], None]:
    """Write what is declared of the site's agency into its file, in place of what was."""
    file = here.settings.agencies
    assert file is not None
    plain = file.read_text("utf-8")

    def write(said: str) -> None:
        file.write_text(plain.replace("urn:test:agency']", f"urn:test:agency']{said}", 1), "utf-8")

    return write


def test_a_worker_that_runs_follows_a_delay_and_an_outage_that_are_written_into_the_file(
    here: Site, declare: Callable[[str], None]
) -> None:
    cards = here.reader("cards")
    opened = datetime.now(UTC) - 3 * LIMIT
    with here.worker():
        here.send("opened", OVERDUE, opened)
        here.flush()
        becomes(cards, "standing")

        declare(f", delay_s: {10 * 3600}")
        becomes(cards, "withdrawn")
        declare("")
        becomes(cards, "standing")

        declare(f", outages: [{{from: '{minute(opened)}', to: '{minute(opened + 10 * LIMIT)}', why: 机房迁移}}]")
        becomes(cards, "withdrawn")
        declare("")
        becomes(cards, "standing")
    cards.close()


def becomes(cards: Reader, status: str) -> None:
    """Read on until the card of the overdue case is what it is to be."""
    cards.until(lambda read: latest(read).get(key(OVERDUE), {}).get("status") == status)


def minute(at: datetime) -> str:
    """Return an instant as agencies.yaml has it."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
