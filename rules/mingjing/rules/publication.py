"""Publications: versions of the law as the topic `rulebook` carries them, keyed and never overwritten.

A record states one file of law whole, so that whoever folds the topic from its
beginning holds every version that was ever in force.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, Literal, get_args

import msgspec

TOPIC = "rulebook"
LEAST_NOTICE = 10 * 60 * 1_000_000
"""How long before it comes into force a version must be published, in microseconds: every worker has it by then."""

Room = Literal["pack", "catalogue", "calendar", "overlay", "vocabulary", "table", "profile"]
ROOMS: tuple[Room, ...] = get_args(Room)
OUTAGE: Final = "outage"
"""The room of what is no law, but must be known to every worker beforehand as law is; see `outages`."""


class PublicationRefused(ValueError):
    """A version cannot be published; the text says why and what to do instead."""


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one file of law, or an outage announced.

    `text` is the YAML as it was checked; `digest` its SHA-256 in hex. `in_force`
    and `published` are microseconds since the epoch. `backtest` is the digest of
    the back-test that was read before publishing, None where an empty installation was
    begun with it, and for an outage. `by` names who offered it, `approved_by` the second person, `proposal` what
    both agreed on; neither is there in such a beginning.
    """

    room: Room | Literal["outage"]
    id: str
    version: str
    text: str
    digest: str
    in_force: int
    published: int
    by: str
    backtest: str | None = None
    approved_by: str | None = None
    proposal: str | None = None

    @property
    def key(self) -> str:
        """The record's key: room/id/version, the same for ever for the same version."""
        return f"{self.room}/{self.id}/{self.version}"


def digest_of(text: str) -> str:
    """Return the digest that identifies the text of a version."""
    return hashlib.sha256(text.encode()).hexdigest()


def encoded(publication: Publication) -> bytes:
    """Return the record's value: JSON with its keys in order."""
    return msgspec.json.encode(publication, order="sorted")


def decoded(value: bytes) -> Publication:
    """Return the publication a record's value states.

    Raises PublicationRefused for what is none, and where the text is not what its digest says.
    """
    try:
        found = msgspec.json.decode(value, type=Publication)
    except msgspec.MsgspecError as exc:
        raise PublicationRefused(f"not a publication: {exc}") from exc
    if digest_of(found.text) != found.digest:
        raise PublicationRefused(f"{found.key}: its text is not the one its digest names")
    return found


def refuse(new: Publication, known: Mapping[str, Publication]) -> None:
    """Raise PublicationRefused where `new` may not follow what is `known` by key.

    A version is published once; it comes into force after its notice, and not before
    an earlier version of the same file; and what follows another was tried on past cases:
    a calendar, an overlay or a profile decides cards as a pack does.
    """
    if new.in_force - new.published < LEAST_NOTICE:
        raise PublicationRefused(f"{new.key}: it must be published at least 10 minutes before it comes into force")
    if new.key in known:
        raise PublicationRefused(
            f"{new.key} has been published already and is never overwritten; give it a new version"
        )
    earlier = [each for each in known.values() if (each.room, each.id) == (new.room, new.id)]
    last = max(earlier, key=lambda each: each.in_force, default=None)
    if last is not None and last.in_force >= new.in_force:
        raise PublicationRefused(f"{new.key}: {last.key} comes into force at the same time or later; publish after it")
    if last is not None and new.room != OUTAGE and new.backtest is None:
        raise PublicationRefused(f"{new.key}: it follows {last.key} and needs a back-test against it")


def in_force(known: Mapping[str, Publication], at: int) -> dict[tuple[Room, str], Publication]:
    """Return the version of each file of law that is in force at an instant, by (room, id)."""
    found: dict[tuple[Room, str], Publication] = {}
    for each in sorted(known.values(), key=lambda publication: publication.in_force):
        if each.room != OUTAGE and each.in_force <= at:
            found[each.room, each.id] = each
    return found
