"""The law of an installation through time: its files, and over them what was published."""

from pathlib import Path
from typing import Any

import pytest

from mingjing.rules.events import Fact
from mingjing.rules.outages import Outage, announcement
from mingjing.rules.publication import Publication, PublicationRefused, digest_of
from mingjing.rules.replay import judge_case
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import subjects_of
from mingjing.rules.zone import Zone
from mingjing.services.agencies import Agencies, parse_agencies
from mingjing.services.rulebook.following import acts
from mingjing.services.rulebook.history import Installed
from mingjing.services.settings import read_settings

AT = Zone("Asia/Shanghai").parse
T1, T2 = AT("2026-03-11 00:00")[0], AT("2026-03-21 00:00")[0]
PACK = """pack: p
version: '{version}'
rules:
  - {{id: T, kind: time-limit, start: A, stop: S, limit: {limit}, cards: {{{level}: past}}}}
  - {{id: F, kind: condition, at: X, when: '!table.prices.exists(t, t.code == data.code)', cards: {{yellow: broken}}}}
"""
OTHER = "pack: q\nversion: '1'\nrules:\n  - {id: Q, kind: sequence, step: S, requires: A, cards: {yellow: broken}}\n"
PRICES = """table: prices
title: 价目
version: '{version}'
columns: {{code: {{title: 代码, type: text}}}}
rows: [{{code: {code}}}]
"""
PROFILE = "profile: here\nversion: '1'\ncards: {T: {red: past}}\n"


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    (tmp_path / "p.yaml").write_text(PACK.format(version="1", limit="1h", level="yellow"), "utf-8")
    (tmp_path / "q.yaml").write_text(OTHER, "utf-8")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "prices.yaml").write_text(PRICES.format(version="1", code="a"), "utf-8")
    packs = [tmp_path / "p.yaml", tmp_path / "q.yaml"]
    return Installed(read_settings(packs=packs, tables=tmp_path / "tables"))


def published(room: Any, ident: str, version: str, text: str, in_force: int = T1, **more: Any) -> Publication:
    return Publication(
        room=room,
        id=ident,
        version=version,
        text=text,
        digest=digest_of(text),
        in_force=in_force,
        published=more.pop("published", T1 - 10**12),
        by="chen",
        **more,
    )


def second(limit: str = "1h", level: str = "red", in_force: int = T1, version: str = "2") -> Publication:
    return published("pack", "p", version, PACK.format(version=version, limit=limit, level=level), in_force)


def drawn(book: Rulebook, when: str, event: str = "A", **data: Any) -> list[tuple[str, str, str]]:
    at = AT(when)[0]
    fact = Fact(id="1", source="s", type=event, at=at, stamp=at, data=data)
    return [(rule.id, rule.pack_version, found.level) for rule, found in judge_case("c", [fact], book, T2 + 10**13)]


def test_files_count_until_something_else_is_in_force(installed: Installed) -> None:
    book = installed.with_published([second()])

    assert drawn(book, "2026-03-10 23:00") == [("T", "1", "yellow")]
    assert drawn(book, "2026-03-11 01:00") == [("T", "2", "red")]


def test_one_version_follows_the_other(installed: Installed) -> None:
    later = second(level="warning", in_force=T2, version="3")
    book = installed.with_published([second(), later])

    assert drawn(book, "2026-03-20 23:00") == [("T", "2", "red")]
    assert drawn(book, "2026-03-21 01:00") == [("T", "3", "warning")]


def test_the_order_in_which_versions_are_heard_of_makes_no_difference(installed: Installed) -> None:
    both = [second(), second(level="warning", in_force=T2, version="3")]
    first = installed.with_published(both[:1])
    known = installed.with_published(both)

    assert installed.with_published(both[::-1]).fingerprint == known.fingerprint
    assert installed.with_published(both[:1]).fingerprint == first.fingerprint


def test_a_pack_that_nothing_of_it_concerns_stays_as_it_was(installed: Installed) -> None:
    book = installed.with_published([second()])

    assert [(pack.name, pack.version, pack.limited) for pack in book.packs] == [
        ("p", "1", True),
        ("q", "1", False),
        ("p", "2", True),
    ]


def test_another_table_counts_for_the_packs_that_read_it(installed: Installed) -> None:
    book = installed.with_published([published("table", "prices", "2", PRICES.format(version="2", code="b"))])

    assert drawn(book, "2026-03-10 23:00", "X", code="a") == []
    assert drawn(book, "2026-03-11 01:00", "X", code="a") == [("F", "1", "yellow")]
    assert [pack.limited for pack in book.packs if pack.name == "q"] == [False]


def test_a_profile_lays_its_levels_over_what_begins_from_then_on(installed: Installed) -> None:
    book = installed.with_published([published("profile", "here", "1", PROFILE)])

    assert drawn(book, "2026-03-10 23:00") == [("T", "1", "yellow")]
    assert drawn(book, "2026-03-11 01:00") == [("T", "1", "red")]
    assert [era.versions.get("profile") for era in book.eras] == [None, "here@1"]


def test_a_pack_whose_text_is_another_files_is_refused(installed: Installed) -> None:
    with pytest.raises(PublicationRefused, match="与其编号不符"):
        installed.with_published([published("pack", "q", "2", PACK.format(version="2", limit="1h", level="red"))])


def test_a_rule_of_another_pack_is_refused(installed: Installed) -> None:
    text = OTHER.replace("pack: q", "pack: r")

    with pytest.raises(PublicationRefused, match="'Q' is taken already in pack q"):
        installed.with_published([published("pack", "r", "1", text)])


def test_a_rule_stays_in_its_zone(installed: Installed) -> None:
    text = second().text.replace("rules:", "zone: Europe/Rome\nrules:")

    with pytest.raises(PublicationRefused, match="a rule stays in its zone"):
        installed.with_published([published("pack", "p", "2", text)])


def test_what_was_refused_leaves_the_law_as_it_was(installed: Installed) -> None:
    before = installed.with_published([second()])
    with pytest.raises(PublicationRefused):
        installed.with_published([second(), published("pack", "r", "1", OTHER.replace("pack: q", "pack: r"), T2)])

    assert installed.with_published([second()]).fingerprint == before.fingerprint


def test_what_was_published_together_stands_or_falls_together() -> None:
    one, two, three = (second(version=str(number)) for number in (2, 3, 4))
    later = published("pack", "p", "5", "", published=T1)

    assert list(acts([one, two, later, three])) == [[one, two], [later], [three]]


def test_outages_are_excused_and_judge_nothing_anew(installed: Installed) -> None:
    down = announcement(Outage(agency="A", begins=T1, ends=T2, why="迁移"), now=T1 - 10**12, by="chen")

    book = installed.with_published([second(), down])

    assert (book.outages, subjects_of(book).outages) == ({"A": ((T1, T2),)}, {"A": ((T1, T2),)})
    assert book.fingerprint == installed.with_published([second()]).fingerprint
    assert subjects_of(book).fingerprint == subjects_of(installed.with_published([second()])).fingerprint


def test_outages_last_when_the_calendar_turns(installed: Installed) -> None:
    days = published("overlay", "here", "2", "overlay: cn\nversion: '2'\n")
    down = announcement(Outage(agency="A", begins=T1, ends=T2, why="迁移"), now=T1 - 10**12, by="chen")

    assert installed.with_published([days, down]).at(T2).outages == {"A": ((T1, T2),)}


def register(delay_s: int = 0, outages: str = "[]") -> Agencies:
    return parse_agencies(
        f"""agencies:
  - code: 11990100MB0000019L
    title: 甲局
    region: "990100000000"
    sources: [urn:a]
    delay_s: {delay_s}
    outages: {outages}
regions: [{{code: "990100000000", title: 云州市, tier: 市}}]
""",
        "agencies.yaml",
    )


def test_what_the_register_declares_is_taken_over_once_it_has_stood(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(OTHER, "utf-8")
    agencies = register()
    installed = Installed(read_settings(packs=[tmp_path / "p.yaml"]), agencies)
    before = installed.rulebook

    assert not installed.renewed()
    agencies.take(register(60, "[{from: 2026-04-08, to: 2026-04-09, why: 检修}]"))
    assert [installed.renewed() for _ in range(3)] == [False, True, False]

    assert before.delays == {}
    assert installed.rulebook.delays == {"urn:a": 60_000_000}
    assert list(installed.rulebook.outages) == ["11990100MB0000019L"]
    assert installed.rulebook.fingerprint != before.fingerprint
    assert installed.with_published([published("pack", "q", "2", OTHER)]).delays == {"urn:a": 60_000_000}


def test_what_was_seen_for_a_moment_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(OTHER, "utf-8")
    agencies = register(60)
    installed = Installed(read_settings(packs=[tmp_path / "p.yaml"]), agencies)

    agencies.take(register())
    assert not installed.renewed()
    agencies.take(register(60))

    assert [installed.renewed() for _ in range(2)] == [False, False]
    assert installed.rulebook.delays == {"urn:a": 60_000_000}
