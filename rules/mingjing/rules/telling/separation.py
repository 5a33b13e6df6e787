"""A separation told: how many people there were, or that one did both; nobody is named."""

from collections.abc import Iterator

from mingjing.rules.telling.phrases import Pair, Told


def tell(told: Told) -> Iterator[Pair]:
    """Yield the one sentence."""
    found, evidence = told.found, told.finding.evidence
    if "at_least" in found:
        yield (
            f"应由不少于 {found['at_least']} 人办理，记录 {len(found['people'])} 人。",
            f"At least {found['at_least']} people are required; {len(found['people'])} recorded.",
        )
    else:
        first, second = evidence[0].type, evidence[1].type
        yield (
            f"“{told.title(first)}”与“{told.title(second)}”由同一人办理。",
            f"One person did both {first} and {second}.",
        )
