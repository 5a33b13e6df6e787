"""An installation of three rules, one of which waits for months: any number of cases that lie open for that long."""

from datetime import UTC, datetime

from figures import FOLDER
from hard_rules import AGENCY, SOURCE

from mingjing.rules.events import Event
from mingjing.services.settings import Settings, read_settings
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack

PACK = """\
pack: outage
title: 停机
version: "1"
vocabulary: open
rules:
  - {id: PROBE, title: 先审后批, basis: [bench], kind: sequence, step: [approved], requires: {any: [reviewed]},
     cards: {yellow: broken}}
  - {id: HOUR, title: 一小时办结, basis: [bench], kind: time-limit, start: [opened], stop: [closed], limit: 1h,
     count: to-the-second, cards: {yellow: past limit}}
  - {id: FAR, title: 如期办结, basis: [bench], kind: time-limit, start: [filed], stop: [closed], limit: data.limit,
     count: to-the-second, cards: {yellow: past limit}}
"""


SOONEST_H, HOURS = 720, 8000
"""The limits of the cases, in hours: the soonest, and how many there are."""


def settings_of(name: str) -> Settings:
    """Return the settings of an installation with these rules, in a folder of its own, wiped."""
    folder = FOLDER.absolute() / name
    Folder(folder / "site").wipe()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "agencies.yaml").write_text(
        f"agencies:\n  - {{code: {AGENCY}, title: 测, region: '990100000000', sources: ['{SOURCE}']}}\n"
        "regions:\n  - {code: '990100000000', title: 云州市, tier: 市}\n",
        encoding="utf-8",
    )
    return read_settings(
        clock="live",
        agencies=folder / "agencies.yaml",
        packs=[folder / "pack.yaml"],
        data_dir=folder / "site",
        instance="bench-1",
    )


def workers_of(settings: Settings, workers: int = 1) -> Stack:
    """Return workers of the installation whose broker runs already, with a folder of their own, wiped."""
    there = settings.model_copy(update={"data_dir": settings.data_dir.parent / "workers"})
    Folder(there.data_dir).wipe()
    return Stack(there, agencies=(), only=["worker"], workers=workers)


def filed(number: int) -> tuple[str, Event]:
    """Return the key of a case by its number, and the event of now that opens it, vouched for and stamped."""
    at = datetime.now(UTC)
    key = f"{AGENCY}/F{number:09}"
    subject = key.partition("/")[2]
    named = {"id": subject, "source": SOURCE, "type": "filed", "subject": subject, "agency": AGENCY, "casekey": key}
    return key, Event(**named, time=at, ingestedtime=at, data={"limit": f"{SOONEST_H + number % HOURS}h"})
