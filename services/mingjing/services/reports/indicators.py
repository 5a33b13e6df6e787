"""What is counted and what is made of it, read from `indicators.yaml`.

A measure is a count that can be added up over months, agencies and regions; an
indicator is one or two measures read together. Whatever does not hold together is
refused when the file is read: an unknown measure, a ratio without denominator, a
condition that names no known term.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

Source = Literal["cases", "cards", "events", "letters", "handlings"]
Form = Literal["ratio", "mean", "quantile", "count"]
Better = Literal["high", "low", "none"]

_FILE = Path(__file__).with_name("indicators.yaml")


class IndicatorsRefused(ValueError):
    """The definitions do not hold together; the text names the first that does not."""


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A count of rows of `source` on which `where` holds, or of what `sum` adds up on them.

    A row belongs to the month that holds its instant `at`; a measure with `stock`
    counts what is so at the begin or the end of the month instead. `bucket` is an
    expression by whose value the count is divided.
    """

    title: str
    source: Source
    where: str
    at: str = ""
    stock: Literal["begin", "end"] | None = None
    sum: str = ""
    bucket: str = ""


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure of a report. `better` says which way is good; `target` is a number a document asks for, in the unit.

    `awaits` names the facts that are still missing: such an indicator is shown
    without a value. One with `ranked` false is shown, never ordered by. Numerator and
    denominator name a measure, or several joined by ` + `.
    """

    id: str
    title: str
    sentence: str
    form: Form
    unit: str
    group: str
    basis: str
    numerator: str = ""
    denominator: str = ""
    quantile: int = 0
    better: Better = "none"
    ranked: bool = True
    target: int | None = None
    awaits: str = ""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures it is made of."""
        return (*terms_of(self.numerator), *terms_of(self.denominator))


def terms_of(text: str) -> tuple[str, ...]:
    """Return the measures that a numerator or denominator adds up."""
    return tuple(name.strip() for name in text.split("+") if name.strip())


class Definitions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything `indicators.yaml` says, with terms filled in."""

    measures: dict[str, Measure]
    indicators: list[Indicator]
    terms: dict[str, str] = {}

    @property
    def digest(self) -> str:
        """A hash of the measures: cells counted by other measures have another."""
        packed = msgspec.json.encode(self.measures, order="sorted")
        return hashlib.blake2b(packed, digest_size=12).hexdigest()

    def indicator(self, ident: str) -> Indicator | None:
        """Return the indicator of that id, or None."""
        return next((each for each in self.indicators if each.id == ident), None)


@cache
def shipped() -> Definitions:
    """Return the shipped definitions."""
    return parse(_FILE.read_text("utf-8"))


def parse(text: str) -> Definitions:
    """Return the definitions that the YAML `text` states; IndicatorsRefused naming what does not fit."""
    try:
        read = msgspec.convert(yaml.safe_load(text), Definitions)
    except msgspec.ValidationError as exc:
        raise IndicatorsRefused(str(exc)) from exc
    measures = {name: _filled(name, measure, read.terms) for name, measure in read.measures.items()}
    seen: set[str] = set()
    for indicator in read.indicators:
        _check(indicator, measures)
        if indicator.id in seen:
            raise IndicatorsRefused(f"indicator {indicator.id} is defined twice")
        seen.add(indicator.id)
    return Definitions(measures, read.indicators, read.terms)


def _filled(name: str, measure: Measure, terms: dict[str, str]) -> Measure:
    if bool(measure.at) == bool(measure.stock):
        raise IndicatorsRefused(f"measure {name}: give exactly one of `at` and `stock`")
    if measure.stock and (measure.source != "cases" or measure.bucket or measure.sum):
        raise IndicatorsRefused(f"measure {name}: a stock counts cases, undivided")
    where = measure.where
    for term, condition in terms.items():
        where = where.replace(f"{{{term}}}", f"({condition})")
    if "{" in where:
        raise IndicatorsRefused(f"measure {name}: {where[where.index('{') :]!r} is none of {', '.join(sorted(terms))}")
    return msgspec.structs.replace(measure, where=where)


def _check(indicator: Indicator, measures: dict[str, Measure]) -> None:
    named = f"indicator {indicator.id}"
    for name in indicator.measures:
        if name not in measures:
            raise IndicatorsRefused(f"{named}: there is no measure {name!r}")
    if indicator.awaits:
        if indicator.measures:
            raise IndicatorsRefused(f"{named}: it awaits facts and yet has measures")
        return
    if not indicator.numerator or (indicator.form in {"ratio", "mean"}) != bool(indicator.denominator):
        raise IndicatorsRefused(f"{named}: a ratio or mean needs numerator and denominator, another form a numerator")
    spread = any(measures[name].bucket for name in terms_of(indicator.numerator))
    if (indicator.form == "quantile") != spread or (indicator.form == "quantile") != bool(indicator.quantile):
        raise IndicatorsRefused(f"{named}: a quantile needs `quantile` and a measure with a bucket, no other form does")
