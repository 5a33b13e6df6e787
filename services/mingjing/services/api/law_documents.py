"""What the API says of published law and of what is proposed to be published."""

from typing import Literal

import msgspec

from mingjing.rules.publication import OUTAGE, Publication, Room, in_force
from mingjing.services.api.instants import written, written_or_none
from mingjing.services.registry import Proposal, ProposalState


class PublishedVersion(msgspec.Struct, kw_only=True):
    """One version of one file of law: announced, in force, or superseded by a later one of the same file."""

    key: str
    room: Room
    id: str
    version: str
    digest: str
    state: Literal["announced", "in_force", "superseded"]
    in_force: str
    published: str
    by: str
    approved_by: str | None
    proposal: str | None
    backtest: str | None


class PublishedVersions(msgspec.Struct, kw_only=True):
    """Every version that was ever published, the latest to come into force first."""

    items: list[PublishedVersion]


class ProposalEntry(msgspec.Struct, kw_only=True):
    """What somebody wants published from `in_force` on; `digest` is that of the back-test that was read."""

    id: str
    title: str
    keys: list[str]
    files: list[str]
    in_force: str
    digest: str | None
    state: ProposalState
    made_by: str
    made_role: str
    made_at: str
    decided_by: str | None
    decided_role: str | None
    decided_at: str | None
    reason: str | None


class ProposalDocument(ProposalEntry, kw_only=True):
    """A proposal with the text of each file, and the back-test as it was handed in."""

    texts: dict[str, str]
    backtest: str | None


class ProposalPage(msgspec.Struct):
    """Proposals, newest first."""

    items: list[ProposalEntry]
    next_cursor: str | None


def proposal_entry(proposal: Proposal) -> ProposalEntry:
    """Return a proposal as lists have it."""
    return ProposalEntry(
        id=proposal.id,
        title=proposal.title,
        keys=list(proposal.keys),
        files=list(proposal.files),
        in_force=written(proposal.in_force_ms),
        digest=proposal.digest,
        state=proposal.state,
        made_by=proposal.made_by,
        made_role=proposal.made_role,
        made_at=written(proposal.made_ms),
        decided_by=proposal.decided_by,
        decided_role=proposal.decided_role,
        decided_at=written_or_none(proposal.decided_ms),
        reason=proposal.reason,
    )


def proposal_document(proposal: Proposal) -> ProposalDocument:
    """Return a proposal with all that is to be read before it is decided on."""
    entry = msgspec.structs.asdict(proposal_entry(proposal))
    return ProposalDocument(**entry, texts=proposal.files, backtest=proposal.backtest)


def published_versions(known: dict[str, Publication], now_ms: int) -> PublishedVersions:
    """Return the law that is known as it stands at an instant."""
    current = in_force(known, now_ms * 1000)
    ordered = sorted(known.values(), key=lambda each: (-each.in_force, each.key))
    return PublishedVersions(
        items=[
            _version(each, each.room, current.get((each.room, each.id)), now_ms)
            for each in ordered
            if each.room != OUTAGE
        ]
    )


def _version(each: Publication, room: Room, current: Publication | None, now_ms: int) -> PublishedVersion:
    announced = each.in_force > now_ms * 1000
    return PublishedVersion(
        key=each.key,
        room=room,
        id=each.id,
        version=each.version,
        digest=each.digest,
        state="announced" if announced else "in_force" if each is current else "superseded",
        in_force=written(each.in_force // 1000),
        published=written(each.published // 1000),
        by=each.by,
        approved_by=each.approved_by,
        proposal=each.proposal,
        backtest=each.backtest,
    )
