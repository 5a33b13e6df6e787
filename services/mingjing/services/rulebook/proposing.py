"""From files that somebody wants published to publications that may be: the same questions at every door."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import msgspec

from mingjing.rules.publication import Publication, PublicationRefused
from mingjing.services.registry import Proposal
from mingjing.services.rulebook.history import Installed
from mingjing.services.rulebook.publishing import publications

BACKTEST = "backtest.json"


class PublishedLaw(Protocol):
    """What was published; see `topic.RulebookTopic`."""

    def known(self) -> dict[str, Publication]:
        """Return every version ever published that may be used, by key; PublicationRefused when Kafka is away."""
        ...

    def publish(self, new: Sequence[Publication]) -> None:
        """Write all of `new`; PublicationRefused where one may not follow what is known, or Kafka does not confirm."""
        ...


def offered(
    files: Mapping[str, str], backtest: str | None, *, in_force: int, now: int, by: str, approved_by: str | None = None
) -> list[Publication]:
    """Return the publications that files are to become; instants in microseconds.

    Raises PackRefused for what is wrong with a file, PublicationRefused for what may not be published so:
    too soon, without a version, or without a back-test of these very files.
    """
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in files]
        for path in paths:
            path.write_text(files[path.name], "utf-8")
        tried = None
        if backtest is not None:
            tried = Path(folder, BACKTEST)
            tried.write_text(backtest, "utf-8")
        found = publications(paths, tried, in_force=in_force, now=now, by=by)
    for each in found:
        if each.backtest is None:
            raise PublicationRefused(f"{each.key} 须附对这份文件的回测（mingjing rules backtest --out）")
    return [msgspec.structs.replace(each, approved_by=approved_by) for each in found]


def proposed(
    files: Mapping[str, str],
    backtest: str | None,
    *,
    title: str,
    in_force_ms: int,
    made_by: str,
    made_role: str,
    now_ms: int,
) -> Proposal:
    """Return the proposal to publish files; raises as `offered` does."""
    found = offered(files, backtest, in_force=in_force_ms * 1000, now=now_ms * 1000, by=made_by)
    return Proposal(
        id=secrets.token_hex(8),
        title=title,
        files=dict(files),
        keys=tuple(each.key for each in found),
        in_force_ms=in_force_ms,
        backtest=backtest,
        digest=next((each.backtest for each in found), None),
        made_by=made_by,
        made_role=made_role,
        made_ms=now_ms,
    )


def publish(proposal: Proposal, law: PublishedLaw, installed: Installed, *, approved_by: str, now_ms: int) -> None:
    """Put an approved proposal on the topic, where it makes a rulebook with all that is there. Twice is once.

    Raises as `offered` does, and PublicationRefused where it may not follow what was published meanwhile.
    """
    known = law.known()
    if all(key in known and known[key].proposal == proposal.id for key in proposal.keys):
        return
    new = [
        msgspec.structs.replace(each, proposal=proposal.id)
        for each in offered(
            proposal.files,
            proposal.backtest,
            in_force=proposal.in_force_ms * 1000,
            now=now_ms * 1000,
            by=proposal.made_by,
            approved_by=approved_by,
        )
    ]
    installed.with_published([*known.values(), *new])
    law.publish(new)
