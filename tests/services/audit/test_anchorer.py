"""When the chain is signed: with its first entry, by the hour, at an orderly end, and with every month report."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mingjing.services.audit.anchor import EVERY_MS, read_anchors
from mingjing.services.audit.auditor import Anchorer
from mingjing.services.audit.chain import Head, Link, linked
from mingjing.services.audit.entry import Entry, packed
from mingjing.services.reports.freezing import Frozen
from mingjing.services.reports.press.closer import frozen_entry

FROZEN = Frozen(
    month=202603,
    revision=1,
    frozen_ms=1,
    build=1,
    hash="4f1d",
    previous_hash="",
    previous_build=0,
    reason="",
    changes=[],
    snapshot={"month": "2026-03"},
)
OPENED = Entry(at_ms=1, actor="li", role="inspector", action="case.opened", object="A/1")


class Trail:
    """A chain of whatever is said, looked at after each of it."""

    def __init__(self, path: Path) -> None:
        self.now_ms = 0
        self.head = Head()
        self.path = path
        self.anchorer = Anchorer(Ed25519PrivateKey.generate(), path, lambda: self.now_ms)

    def say(self, entry: Entry) -> Link:
        link, self.head = linked(self.head, packed(entry), self.head.next_offset, 1)
        self.anchorer.look(self.head, [link])
        return link

    def anchored(self) -> list[int]:
        return [each.seq for each in read_anchors(self.path)]


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    return Trail(tmp_path / "anchors.jsonl")


def test_the_first_entry_is_signed_and_the_next_within_the_hour_is_not(trail: Trail) -> None:
    trail.say(OPENED)
    trail.now_ms = EVERY_MS - 1
    trail.say(OPENED)

    assert trail.anchored() == [1]


def test_a_chain_that_grew_is_signed_every_hour(trail: Trail) -> None:
    trail.say(OPENED)
    trail.say(OPENED)
    trail.now_ms = EVERY_MS
    trail.anchorer.look(trail.head)
    trail.anchorer.look(trail.head)

    assert trail.anchored() == [1, 2]


def test_a_month_report_is_signed_at_once_and_its_hash_is_in_what_is_signed(trail: Trail) -> None:
    trail.say(OPENED)
    link = trail.say(frozen_entry(FROZEN))

    assert trail.anchored() == [1, 2]
    assert '"hash":"4f1d"' in link.body
    assert read_anchors(trail.path)[1].hash == link.hash


def test_an_orderly_end_is_signed_once(trail: Trail) -> None:
    trail.say(OPENED)
    trail.say(OPENED)
    trail.anchorer.look(trail.head, ending=True)
    trail.anchorer.look(trail.head, ending=True)

    assert trail.anchored() == [1, 2]
