"""Lists read a window at a time, held to what a plain look at everything that was written finds."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mingjing.services.ledger import Ledger, Scope
from mingjing.services.ledger.port import CardFilter, CaseFilter, Page
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

NEWEST = datetime.fromisoformat("2026-03-12T12:00:00+08:00")
AGENCIES, REGIONS, LEVELS = ("A", "B", "C"), ("330106000000", "330203000000"), ("warning", "yellow", "red")
STAGES, STATES = ("drawn", "signed", "appealed"), ("accepted", "suspended", "decided")

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]
Said = dict[str, Any]


def instant(dice: random.Random) -> str:
    """Return an instant of the last minute, day, month or four years: lists are dense at their newest end."""
    reach_s = dice.choice((60, 86_400, 2_678_400, 126_000_000))
    return (NEWEST - timedelta(seconds=dice.randrange(reach_s))).isoformat()


def paged(ask: Callable[[str | None], Page]) -> list[Said]:
    """Return all of a list, page after page."""
    page = ask(None)
    seen = list(page.items)
    while page.next_cursor is not None:
        page = ask(page.next_cursor)
        seen += page.items
    return seen


def newest_first(said: Iterable[Said], at: str, ident: str) -> list[str]:
    ordered = sorted(said, key=lambda each: (datetime.fromisoformat(each[at]), each[ident]), reverse=True)
    return [each[ident] for each in ordered]


@pytest.mark.parametrize("seed", range(2))
def test_pages_of_cards_are_what_a_look_at_every_card_finds(
    ledger: Ledger, sink: LedgerWriter, record: Send, card: Make, stage: Make, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  # seeded dice, not secrets
    written: list[Said] = []
    cards: dict[str, Said] = {}
    stages: dict[str, Said] = {}
    for n in range(240):
        ident, at = f"c{n:03}", instant(dice)
        for revision in range(1, dice.choice((2, 2, 3))):
            cards[ident] = card(
                ident,
                (n, 1, revision),
                case_key=f"N/{n % 60}",
                issued_at=at,
                agency=dice.choice(AGENCIES),
                region=dice.choice(REGIONS),
                level=dice.choice(LEVELS),
                status=dice.choice(("standing", "cleared", "withdrawn")),
                rule=dice.choice(("TL-04", "SQ-01")),
            )
            written.append(cards[ident])
        if dice.random() < 0.7:
            lowered = [{"verb": "lower", "round": 1}] if dice.random() < 0.3 else []
            stages[ident] = stage(
                ident,
                case_key=f"N/{n % 60}",
                stage=dice.choice(STAGES),
                shown="warning" if lowered else cards[ident]["level"],
                entries=lowered,
            )
    for batch in (written[::2], written[1::2]):
        sink.write([record("cards", each) for each in batch])
    sink.write([record("card-stages", each) for each in stages.values()])

    def shows(each: Said) -> str:
        said = stages.get(each["card_id"])
        lowered = said is not None and said["entries"] and each["status"] != "withdrawn"
        return "warning" if lowered else str(each["level"])

    def wanted_of(asked: CardFilter, each: Said) -> bool:
        return (
            (not asked.levels or shows(each) in asked.levels)
            and (not asked.statuses or each["status"] in asked.statuses)
            and (not asked.stages or stages.get(each["card_id"], {}).get("stage") in asked.stages)
            and asked.agency in (None, each["agency"])
            and asked.rule in (None, each["rule"])
            and asked.case in (None, each["case_key"])
            and (asked.since is None or datetime.fromisoformat(each["issued_at"]) >= asked.since)
        )

    for _ in range(8):
        asked = CardFilter(
            levels=tuple(dice.sample(LEVELS, dice.choice((0, 0, 1, 2)))),
            statuses=dice.choice(((), (), ("standing",), ("cleared", "withdrawn"))),
            stages=tuple(dice.sample(STAGES, dice.choice((0, 0, 1, 2)))),
            agency=dice.choice((None, None, *AGENCIES)),
            rule=dice.choice((None, None, "TL-04")),
            case=dice.choice((None, None, None, None, "N/7")),
            since=dice.choice((None, None, datetime.fromisoformat(instant(dice)))),
        )
        scope = dice.choice((Scope.everything(), Scope.of_agency("A", "B"), Scope.of_region("3301")))
        limit = dice.choice((25, 500))
        held = [
            each
            for each in cards.values()
            if wanted_of(asked, each)
            and (scope.agencies is None or each["agency"] in scope.agencies)
            and (scope.regions is None or each["region"].startswith("3301"))
        ]

        seen = paged(lambda cursor, a=asked, s=scope, n=limit: ledger.cards(s, a, limit=n, cursor=cursor))  # type: ignore[misc]

        assert [each["card_id"] for each in seen] == newest_first(held, "issued_at", "card_id"), asked


@pytest.mark.parametrize("seed", range(2))
def test_pages_of_cases_are_what_a_look_at_every_case_finds(
    ledger: Ledger, sink: LedgerWriter, record: Send, case: Make, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  # seeded dice, not secrets
    written: list[Said] = []
    cases: dict[str, Said] = {}
    for n in range(160):
        # A case moves with its events, to an earlier instant too when its last was voided.
        for revision in range(1, dice.choice((2, 3, 4))):
            told = case(
                f"2026-{n:04}",
                (n, 1, revision),
                last_event_at=instant(dice),
                agency=dice.choice(AGENCIES),
                region=dice.choice(REGIONS),
                state=dice.choice(STATES),
                item_title=dice.choice(("食品经营许可", "歌舞娱乐场所设立")),
            )
            cases[told["case_key"]] = told
            written.append(told)
    for batch in (written[::2], written[1::2]):
        sink.write([record("case-facts", each) for each in batch])

    for _ in range(8):
        asked = CaseFilter(
            states=tuple(dice.sample(STATES, dice.choice((0, 0, 1, 2)))),
            agency=dice.choice((None, None, *AGENCIES)),
            region=dice.choice((None, None, "330203000000")),
            text=dice.choice((None, None, "娱乐", "2026-00")),
        )
        limit = dice.choice((25, 500))
        held = [
            each
            for each in cases.values()
            if (not asked.states or each["state"] in asked.states)
            and asked.agency in (None, each["agency"])
            and asked.region in (None, each["region"])
            and (asked.text is None or asked.text in each["subject"] or asked.text in each["item_title"])
        ]

        seen = paged(lambda cursor, a=asked, n=limit: ledger.cases(Scope.everything(), a, limit=n, cursor=cursor))  # type: ignore[misc]

        assert [each["case_key"] for each in seen] == newest_first(held, "last_event_at", "case_key"), asked
