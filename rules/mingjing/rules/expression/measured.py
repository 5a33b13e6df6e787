"""Conditions that ask for one length of time in the envelope, which an event answers at once in whole numbers.

`event.recordedtime - event.time > duration("168h")` is asked of most events, and costs two instants and a length
where the program of the text answers it.
"""

from mingjing.rules.events import MICROSECOND, Fact
from mingjing.rules.expression.envelope import NET_LAG
from mingjing.rules.expression.functions import Unfit, duration_of
from mingjing.rules.expression.operators import ORDER
from mingjing.rules.expression.plain import INSTANTS, Plain
from mingjing.rules.expression.tree import Call, Literal, Member, Name, Node, Operation
from mingjing.rules.zone import SECOND

BEHIND = {"lag_s": ("stamp", "at"), "ahead_s": ("at", "stamp")}
"""Members of the envelope that are whole seconds from one instant of a fact to another, or none where it is before."""

MORE = (">", ">=")


def measured(node: Node) -> Plain | None:
    """Return what answers how one length of time in the envelope compares with another, None where more is asked.

    Not for a part of a condition: where an instant is absent there is no answer, which is neither yes nor no.
    That a net lag is long is said of every long lag: an event does not know what of it lay in outages.
    """
    if not isinstance(node, Operation) or node.sign not in ORDER:
        return None
    compare, left = ORDER[node.sign], node.left
    seconds = node.right.value if isinstance(node.right, Literal) and type(node.right.value) is int else None
    if seconds is not None and isinstance(left, Member) and _of_event(left):
        behind = BEHIND.get("lag_s" if left.key == NET_LAG and node.sign in MORE else left.key)
        if behind is None:
            return None
        until, since = behind
        return lambda fact: compare(max(0, getattr(fact, until) - getattr(fact, since)) // SECOND, seconds)
    length = _length(node.right)
    if length is None or not isinstance(left, Operation) or left.sign != "-":
        return None
    names = [INSTANTS.get(each.key) for each in (left.left, left.right) if isinstance(each, Member) and _of_event(each)]
    if len(names) < len((left.left, left.right)) or None in names:
        return None
    one, other = map(str, names)

    def answer(fact: Fact) -> bool:
        end, begin = getattr(fact, one), getattr(fact, other)
        return end is not None and begin is not None and compare(end - begin, length)

    return answer


def _of_event(member: Member) -> bool:
    return isinstance(member.of, Name) and member.of.name == "event"


def _length(node: Node) -> int | None:
    """Return the microseconds of a literal `duration("…")`, or None for anything else."""
    if not isinstance(node, Call) or node.name != "duration" or not isinstance(node.arguments[0], Literal):
        return None
    try:
        return duration_of(node.arguments[0].value) // MICROSECOND
    except Unfit:
        return None
