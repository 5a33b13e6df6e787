"""What the codes on cards and cases stand for, by all the law that has been in force."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from mingjing.rules.card import LEVEL_TITLES, Issue, Level
from mingjing.rules.eras import Era
from mingjing.rules.pack import Pack
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies, Region
from mingjing.services.reports.law import in_force

Stage = Literal["land", "works", "construction", "completion"]
"""阶段 of a construction project: 立项用地规划许可, 工程建设许可, 施工许可, 竣工验收."""


class AgencyEntry(msgspec.Struct, kw_only=True):
    """An agency that is supervised."""

    code: str
    title: str
    region: str
    kind: str


class ItemEntry(msgspec.Struct, kw_only=True):
    """An item of the catalogue in its newest version; limits as written there.

    `stage` is when a construction project needs it, None where none does; `green` says that
    key projects have it by the green channel, `members` which agencies are asked in a joint review.
    """

    code: str
    title: str
    agency: str | None
    promised: str | None
    statutory: str | None
    stage: Stage | None
    green: bool
    members: list[str]


class RuleEntry(msgspec.Struct, kw_only=True):
    """A rule that is or was in force, with the law it rests on."""

    id: str
    title: str
    kind: str
    basis: list[str]
    levels: list[Level]
    issue: Issue
    pack: str
    pack_title: str


class EventEntry(msgspec.Struct, kw_only=True):
    """A type of event as its vocabulary names it.

    `fields` gives the titles of its data, `values` what the codes of a field stand for, where it has codes.
    """

    type: str
    title: str
    fields: dict[str, str]
    values: dict[str, dict[str, str]]


class Reference(msgspec.Struct, kw_only=True):
    """Everything a reader needs to name what cards and cases carry as codes; `versions` are those in force."""

    agencies: list[AgencyEntry]
    regions: list[Region]
    items: list[ItemEntry]
    rules: list[RuleEntry]
    events: list[EventEntry]
    levels: dict[Level, str]
    versions: dict[str, str]


def reference_of(rulebook: Rulebook, agencies: Agencies, now: int) -> Reference:
    """Return the reference of an installation as it stands at `now`, in microseconds.

    What is in force no more goes on being named, for cards and cases of its time carry its
    codes; what was announced and has not begun is left out.
    """
    begun = [pack for pack in rulebook.packs if pack.since <= now]
    return Reference(
        agencies=[
            AgencyEntry(code=each.code, title=each.title, region=each.region, kind=each.kind)
            for each in agencies.agencies
        ],
        regions=list(agencies.regions),
        items=_items([era for era in rulebook.eras if era.since <= now or era is rulebook.eras[0]]),
        rules=list(_rules(begun, now)),
        events=_events(begun),
        levels={**LEVEL_TITLES},
        versions=in_force(rulebook, now, now + 1),
    )


def _rules(begun: Sequence[Pack], now: int) -> Iterator[RuleEntry]:
    """Yield every rule once: in the version in force, or else in its last."""
    newest = {
        rule.id: pack for pack in sorted(begun, key=lambda each: (each.until > now, each.since)) for rule in pack.rules
    }
    for pack in begun:
        for rule in pack.rules:
            if newest[rule.id] is pack:
                yield rule_entry(rule, pack.title)


def _events(begun: Sequence[Pack]) -> list[EventEntry]:
    declared = {name: each for pack in begun for name, each in pack.vocabulary.types.items()}
    return [
        EventEntry(
            type=name,
            title=each.title,
            fields={key: field.get("title", key) for key, field in each.fields.items()},
            values={key: {**field["values"]} for key, field in each.fields.items() if "values" in field},
        )
        for name, each in sorted(declared.items())
    ]


def _items(begun: Sequence[Era]) -> list[ItemEntry]:
    newest = {code: versions[-1].fields for era in begun for code, versions in era.catalogue.versions.items()}
    return [
        ItemEntry(
            code=code,
            title=str(fields["title"]),
            agency=_text(fields.get("agency")),
            promised=_text(fields.get("promised")),
            statutory=_text(fields.get("statutory")),
            stage=fields.get("stage"),
            green=bool(fields.get("green")),
            members=list(fields.get("members", ())),
        )
        for code, fields in sorted(newest.items())
    ]


def rule_entry(rule: Rule, pack_title: str) -> RuleEntry:
    """Return a rule as lists of rules name it."""
    levels = list(dict.fromkeys(rung.level for rung in rule.rungs))
    return RuleEntry(
        id=rule.id,
        title=rule.title,
        kind=rule.kind,
        basis=list(rule.basis),
        levels=levels,
        issue=rule.issue,
        pack=rule.pack,
        pack_title=pack_title,
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
