"""Which of the facts that were received stand: of two with one key, and once every correction has been applied."""

from mingjing.rules.events import VOIDED, Fact, content_hash


def standing_of(known: Fact, fact: Fact) -> Fact:
    """Return which of two facts with one key stands; of equal ones, the one stamped first."""
    old, new = content_hash(known), content_hash(fact)
    if old == new:
        return known if known.stamp <= fact.stamp else fact
    rank_old = (known.recorded_at if known.recorded_at is not None else known.at, old)
    rank_new = (fact.recorded_at if fact.recorded_at is not None else fact.at, new)
    return known if rank_old >= rank_new else fact


def effective(received: dict[tuple[str, str], Fact]) -> list[Fact]:
    """Return the facts left once every correction has been applied."""
    corrections: dict[tuple[str, str], list[Fact]] = {}
    for fact in received.values():
        if fact.corrects is not None and fact.corrects != fact.id:
            corrections.setdefault((fact.source, fact.corrects), []).append(fact)
    effective: dict[tuple[str, str], Fact] = {}
    for fact in received.values():
        if fact.corrects is not None and fact.corrects != fact.id:
            continue  # it stands for what it corrects, or waits for it
        if fact.type == VOIDED and fact.corrects == fact.id:
            continue  # its own last word is that it never was
        stands = _resolved(fact, corrections)
        if stands is not None:
            effective[stands.key] = stands
    return list(effective.values())


def _resolved(fact: Fact, corrections: dict[tuple[str, str], list[Fact]]) -> Fact | None:
    """Return the fact after its corrections and theirs; None when the last word takes it back."""
    seen = {fact.key}
    while later := [each for each in corrections.get(fact.key, []) if each.key not in seen]:
        fact = max(later, key=lambda each: (each.recorded_at if each.recorded_at is not None else each.at, each.order))
        seen.add(fact.key)
    return None if fact.type == VOIDED and len(seen) > 1 else fact
