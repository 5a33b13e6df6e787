from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from mingjing.services.audit.anchor import AnchorRefused, append, genuine, private_key, read_anchors, sign
from mingjing.services.audit.chain import GENESIS, Head, Link, linked
from mingjing.services.audit.entry import Entry, packed
from mingjing.services.audit.verify import Verdict, verify

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key()


def entry(number: int) -> bytes:
    return packed(
        Entry(at_ms=number, actor="li", role="inspector", action="case.opened", object=f"A/{number}", detail={"n": 1})
    )


def chained(*raws: bytes) -> list[Link]:
    head, links = Head(), []
    for offset, raw in enumerate(raws):
        link, head = linked(head, raw, offset, 7)
        links.append(link)
    return links


@pytest.fixture
def links() -> list[Link]:
    return chained(*map(entry, range(5)))


def faults(links: list[Link], *anchored: Link) -> list[str]:
    anchors = [sign(KEY, link.seq, link.hash, 1) for link in anchored]
    return verify(links, anchors, PUBLIC).faults


def resealed(links: list[Link]) -> Iterator[Link]:
    """Yield links with every hash computed anew, as a forger who owns the database would."""
    previous = GENESIS
    for seq, link in enumerate(links, start=1):
        bare = msgspec.structs.replace(link, seq=seq, previous_hash=previous)
        previous = bare.due_hash()
        yield msgspec.structs.replace(bare, hash=previous)


def test_the_first_link_follows_nothing(links: list[Link]) -> None:
    assert (links[0].seq, links[0].previous_hash) == (1, GENESIS)


def test_each_link_carries_the_hash_of_the_one_before(links: list[Link]) -> None:
    assert [link.previous_hash for link in links[1:]] == [link.hash for link in links[:-1]]


def test_a_whole_chain_has_no_fault(links: list[Link]) -> None:
    assert verify(links, [sign(KEY, 5, links[4].hash, 1)], PUBLIC) == Verdict(5, 1, [])


def test_an_auditor_that_starts_again_writes_the_same_links(links: list[Link]) -> None:
    middle = links[2]
    link, _ = linked(Head(middle.seq, middle.hash, middle.offset + 1), entry(3), 3, 99)

    assert link == links[3]


@pytest.mark.parametrize("field", [name for name in Link.__struct_fields__ if name not in {"seq", "hash"}])
def test_whatever_is_altered_in_a_link_is_seen(links: list[Link], field: str) -> None:
    value = getattr(links[2], field)
    links[2] = msgspec.structs.replace(links[2], **{field: value + 1 if isinstance(value, int) else value + " "})

    assert any("第 3 条" in fault for fault in faults(links))


def test_a_link_taken_out_is_missed(links: list[Link]) -> None:
    assert faults([*links[:2], *links[3:]]) == ["第 3 条缺失，其后为第 4 条"]


def test_a_chain_forged_whole_is_seen_by_an_anchor(links: list[Link]) -> None:
    forged = list(resealed([*links[:2], msgspec.structs.replace(links[2], object="A/9"), *links[3:]]))

    assert faults(forged) == []
    assert faults(forged, links[3]) == ["第 4 条与锚点不符：此条及以前的记录在锚定之后被改写"]


def test_an_end_cut_off_is_seen_by_an_anchor(links: list[Link]) -> None:
    assert faults(links[:3]) == []
    assert faults(links[:3], links[4]) == ["锚点指向第 5 条，而留痕只到第 3 条：末尾被截去"]


def test_an_anchor_of_another_hand_is_refused(links: list[Link]) -> None:
    forged = sign(Ed25519PrivateKey.generate(), 5, links[4].hash, 1)

    assert verify(links, [forged], PUBLIC).faults == ["第 5 条的锚点签名无效"]


@given(st.binary(max_size=60))
def test_whatever_lies_on_the_topic_becomes_a_link(raw: bytes) -> None:
    links = chained(entry(0), raw, entry(2))

    assert verify(links, [], None).faults == []


def test_what_cannot_be_read_is_named_by_its_own_hash() -> None:
    (link,) = chained(b"{broken")

    assert (link.action, link.object[:7], link.at_ms) == ("unreadable", "sha256:", 7)


def test_anchors_are_read_again_as_they_were_written(tmp_path: Path) -> None:
    anchors = [sign(KEY, 1, "a", 5), sign(KEY, 2, "b", 6)]
    for each in anchors:
        append(tmp_path / "audit" / "anchors.jsonl", each)

    assert read_anchors(tmp_path / "audit" / "anchors.jsonl") == anchors


def test_a_line_that_is_no_anchor_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"seq": "x"}\n', encoding="utf-8")

    with pytest.raises(AnchorRefused, match="第 1 行"):
        read_anchors(tmp_path / "a")


def test_a_key_is_made_once_and_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key.pem"
    anchor = sign(private_key(path), 1, "a", 5)

    assert genuine(private_key(path).public_key(), anchor)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key", encoding="utf-8")

    with pytest.raises(AnchorRefused, match=r"key\.pem"):
        private_key(tmp_path / "key.pem")
