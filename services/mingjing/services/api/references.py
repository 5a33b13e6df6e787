"""What the codes on cards and cases stand for, gathered once when the process starts."""

from typing import Any

import msgspec

from mingjing.rules.card import LEVEL_TITLES, Issue, Level
from mingjing.rules.catalogue import Catalogue
from mingjing.rules.rule import Rule
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies, Region


class AgencyEntry(msgspec.Struct, kw_only=True):
    """An agency that is supervised."""

    code: str
    title: str
    region: str
    kind: str


class ItemEntry(msgspec.Struct, kw_only=True):
    """An item of the catalogue in its newest version; limits as written there."""

    code: str
    title: str
    agency: str | None
    promised: str | None
    statutory: str | None


class RuleEntry(msgspec.Struct, kw_only=True):
    """A rule in force, with the law it rests on."""

    id: str
    title: str
    kind: str
    basis: list[str]
    levels: list[Level]
    issue: Issue
    pack: str
    pack_title: str


class EventEntry(msgspec.Struct, kw_only=True):
    """A type of event as its vocabulary names it; `fields` gives the titles of its data."""

    type: str
    title: str
    fields: dict[str, str]


class Reference(msgspec.Struct, kw_only=True):
    """Everything a reader needs to name what cards and cases carry as codes."""

    agencies: list[AgencyEntry]
    regions: list[Region]
    items: list[ItemEntry]
    rules: list[RuleEntry]
    events: list[EventEntry]
    levels: dict[Level, str]
    versions: dict[str, str]


def reference_of(rulebook: Rulebook, agencies: Agencies) -> Reference:
    """Return the reference of an installation."""
    return Reference(
        agencies=[
            AgencyEntry(code=each.code, title=each.title, region=each.region, kind=each.kind)
            for each in agencies.agencies
        ],
        regions=list(agencies.regions),
        items=_items(rulebook.catalogue),
        rules=[rule_entry(rule, pack.title) for pack in rulebook.packs for rule in pack.rules],
        events=_events(rulebook),
        levels={**LEVEL_TITLES},
        versions={**rulebook.versions, **{pack.name: pack.version for pack in rulebook.packs}},
    )


def _events(rulebook: Rulebook) -> list[EventEntry]:
    declared = {name: each for pack in rulebook.packs for name, each in pack.vocabulary.types.items()}
    return [
        EventEntry(
            type=name,
            title=each.title,
            fields={key: field.get("title", key) for key, field in each.fields.items()},
        )
        for name, each in sorted(declared.items())
    ]


def _items(catalogue: Catalogue) -> list[ItemEntry]:
    newest = {code: versions[-1].fields for code, versions in catalogue.versions.items()}
    return [
        ItemEntry(
            code=code,
            title=str(fields["title"]),
            agency=_text(fields.get("agency")),
            promised=_text(fields.get("promised")),
            statutory=_text(fields.get("statutory")),
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
