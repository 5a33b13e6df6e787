"""Recomputing the chain: is every link where and what it was?"""

from collections.abc import Iterable, Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from mingjing.services.audit.anchor import Anchor, genuine
from mingjing.services.audit.chain import GENESIS, Link


class Verdict(msgspec.Struct, frozen=True):
    """`links` were recomputed and `anchors` held against them; `faults` are sentences, in the order of the chain."""

    links: int
    anchors: int
    faults: list[str]


def verify(links: Iterable[Link], anchors: Iterable[Anchor], key: Ed25519PublicKey | None) -> Verdict:
    """Return what is wrong with a chain, from its first link to its last.

    `anchors` need `key`, the public one of who signed them. An anchor above the
    last link is a fault: the end of the chain has been cut off.
    """
    faults: list[str] = []
    expected = _by_seq(anchors, key, faults)
    count, previous, held = 0, GENESIS, 0
    for count, link in enumerate(links, start=1):
        if link.seq != count:
            faults.append(f"第 {count} 条缺失，其后为第 {link.seq} 条")
            break
        if link.previous_hash != previous:
            faults.append(f"第 {count} 条所记前一条的散列不符：其前的记录被改动、删除或插入")
        if link.due_hash() != link.hash:
            faults.append(f"第 {count} 条的内容与其散列不符：记录被改动")
        previous = link.hash
        for anchor in expected.pop(count, ()):
            held += 1
            if anchor.hash != link.hash:
                faults.append(f"第 {count} 条与锚点不符：此条及以前的记录在锚定之后被改写")
    faults += [f"锚点指向第 {seq} 条，而留痕只到第 {count} 条：末尾被截去" for seq in sorted(expected)]
    return Verdict(count, held, faults)


def _by_seq(anchors: Iterable[Anchor], key: Ed25519PublicKey | None, faults: list[str]) -> dict[int, list[Anchor]]:
    found: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        if key is None or not genuine(key, anchor):
            faults.append(f"第 {anchor.seq} 条的锚点签名无效")
        else:
            found.setdefault(anchor.seq, []).append(anchor)
    return found


def told(link: Link, titles: Mapping[str, str]) -> dict[str, object]:
    """Return a link as it is exported, with the Chinese name of its action."""
    return {**msgspec.to_builtins(link), "action_title": titles.get(link.action, link.action)}
