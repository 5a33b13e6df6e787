"""Events of a log that share an id and say different things: of each id one event stands, and the others are lost.

A column that looks like an id often numbers cases, rows of a form or activities. Whoever maps it as the id of events
is told, for what is lost draws no card and spares none.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from mingjing.rules.events import Fact, content_hash


def said_otherwise(cases: Mapping[str, Sequence[Fact]]) -> Iterator[str]:
    """Yield a sentence if events of one case share an id and a source and do not say the same, with the first."""
    lost, first = 0, ""
    for key, facts in cases.items():
        if len({(fact.source, fact.id) for fact in facts}) == len(facts):
            continue
        said = {(fact.source, fact.id, content_hash(msgspec.structs.replace(fact, sequence=0))) for fact in facts}
        several = len(said) - len({(source, name) for source, name, _ in said})
        if several and not lost:
            named = [(source, name) for source, name, _ in said]
            first = f"{key} {next(name for source, name in sorted(named) if named.count((source, name)) > 1)}"
        lost += several
    if lost:
        yield (
            f"{lost} 个事件与同一办件的另一事件编号相同而内容不同，各只有一个作数（如 {first}）；"
            f"这一列不是事件编号的，从映射里去掉 id；{lost} events share their id with another of their case "
            "and say something else: one of each stands; take `id` out of the mapping unless it names events"
        )
