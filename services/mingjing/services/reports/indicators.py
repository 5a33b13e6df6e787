"""What is counted and what is made of it, read from `indicators.yaml` and, of single mechanisms, `mechanisms.yaml`.

A measure is a count that can be added up over months, agencies and regions; an
indicator is one or two measures read together. Whatever does not hold together is
refused when the file is read: an unknown measure, a ratio without denominator, a
condition that names no known term.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec
import yaml

Source = Literal["cases", "cards", "events", "letters", "handlings", "facts", "tasks", "errands", "filed"]
SOURCES: tuple[Source, ...] = get_args(Source)
Form = Literal["ratio", "mean", "quantile", "count", "sum", "split"]
Better = Literal["high", "low", "none"]
Facet = Literal["region", "item", "post", "window"]

FACETS: dict[Facet, str] = {"region": "区划", "item": "事项", "post": "岗位", "window": "窗口"}
"""What figures can be had apart by beside agency, with its title."""

GRAINS: tuple[Facet, ...] = ("item", "post", "window")
"""What figures can be had by beside agency and region, by one of them at a time."""

_FILES = [Path(__file__).with_name(name) for name in ("indicators.yaml", "mechanisms.yaml")]


class IndicatorsRefused(ValueError):
    """The definitions do not hold together; the text names the first that does not."""


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A count of rows of `source` on which `where` holds, or of what `sum` adds up on them.

    A row belongs to the month that holds its instant `at`; a measure with `stock`
    counts what is so at the begin or the end of the month instead. `bucket` is an
    expression by whose value the count is divided. `types` are those of the facts that
    are counted, of source `facts` alone.
    """

    title: str
    source: Source
    where: str
    at: str = ""
    stock: Literal["begin", "end"] | None = None
    sum: str = ""
    bucket: str = ""
    types: tuple[str, ...] = ()

    @property
    def packed(self) -> bytes:
        """What it is told apart by from another of its name; `types` are left out where there are none.

        A month that was frozen before facts were counted knows its measures without.
        """
        told = msgspec.to_builtins(self)
        return msgspec.json.encode({name: value for name, value in told.items() if name != "types" or value})


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure of a report. `better` says which way is good; `target` is a number a document asks for, in the unit.

    `awaits` names the facts that are still missing: such an indicator is shown
    without a value. One with `ranked` false is shown, never ordered by. Numerator and
    denominator name a measure, or several joined by ` + `. A sum is counted in tenths
    of the unit, its denominator is how many it adds up. A split shows its numerator by
    the bucket, whose values are `named` by a field of an event ("type/field").
    `mechanism` is the number of the one whose own figure it is: such indicators stand
    apart from those that agencies are compared by; 0 of the others.
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
    mechanism: int = 0
    named: str = ""

    def awaiting(self, what: str) -> "Indicator":
        """Return the indicator without a value, for want of `what`."""
        return msgspec.structs.replace(self, numerator="", denominator="", awaits=what)

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures it is made of."""
        return (*terms_of(self.numerator), *terms_of(self.denominator))


def terms_of(text: str) -> tuple[str, ...]:
    """Return the measures that a numerator or denominator adds up."""
    return tuple(name.strip() for name in text.split("+") if name.strip())


class Definitions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything `indicators.yaml` says, with terms filled in.

    `lacks` says of a source by which facets its figures cannot be had apart, and why not; by all that it
    does not name they can.
    """

    measures: dict[str, Measure]
    indicators: list[Indicator]
    terms: dict[str, str] = {}
    lacks: dict[Source, dict[Facet, str]] = {}

    @property
    def digest(self) -> str:
        """A hash of the measures and of what they are counted by: cells counted otherwise have another."""
        packed = msgspec.json.encode((self.measures, self.grains), order="sorted")
        return hashlib.blake2b(packed, digest_size=12).hexdigest()

    @property
    def grains(self) -> dict[Source, list[Facet]]:
        """By which grains the figures of each source can be had."""
        return {source: [each for each in GRAINS if each not in self.lacks.get(source, {})] for source in SOURCES}

    def indicator(self, ident: str) -> Indicator | None:
        """Return the indicator of that id, or None."""
        return next((each for each in self.indicators if each.id == ident), None)


@cache
def shipped() -> Definitions:
    """Return the shipped definitions."""
    return parse(*(each.read_text("utf-8") for each in _FILES))


def parse(*texts: str) -> Definitions:
    """Return the definitions that YAML `texts` state together; IndicatorsRefused naming what does not fit.

    A term is known to those after it and to the measures of its own text.
    """
    whole = Definitions({}, [], {}, {})
    for text in texts:
        try:
            read = msgspec.convert(yaml.safe_load(text), Definitions)
        except msgspec.ValidationError as exc:
            raise IndicatorsRefused(str(exc)) from exc
        whole.lacks.update(read.lacks)
        terms: dict[str, str] = {}
        for name, condition in read.terms.items():
            terms[name] = _expanded(f"term {name}", condition, terms)
        for name, measure in read.measures.items():
            if name in whole.measures:
                raise IndicatorsRefused(f"measure {name} is defined twice")
            whole.measures[name] = _filled(name, measure, terms)
        for indicator in read.indicators:
            _check(indicator, whole.measures)
            if whole.indicator(indicator.id) is not None:
                raise IndicatorsRefused(f"indicator {indicator.id} is defined twice")
            whole.indicators.append(indicator)
    return whole


def _filled(name: str, measure: Measure, terms: dict[str, str]) -> Measure:
    if bool(measure.at) == bool(measure.stock):
        raise IndicatorsRefused(f"measure {name}: give exactly one of `at` and `stock`")
    if measure.stock and (measure.source != "cases" or measure.bucket or measure.sum):
        raise IndicatorsRefused(f"measure {name}: a stock counts cases, undivided")
    if bool(measure.types) != (measure.source == "facts"):
        raise IndicatorsRefused(f"measure {name}: facts, and nothing else, are counted of `types`")
    named = f"measure {name}"
    where, total = _expanded(named, measure.where, terms), _expanded(named, measure.sum, terms)
    if measure.types:  # facts of all types that any measure asks for are read together
        known = ", ".join(f"'{each}'" for each in measure.types)
        where = f"type IN ({known}) AND ({where})"
    return msgspec.structs.replace(measure, where=where, sum=total)


def _expanded(named: str, text: str, terms: dict[str, str]) -> str:
    for term, condition in terms.items():
        text = text.replace(f"{{{term}}}", f"({condition})")
    if "{" in text:
        raise IndicatorsRefused(f"{named}: {text[text.index('{') :]!r} is none of {', '.join(sorted(terms))}")
    return text


def _check(indicator: Indicator, measures: dict[str, Measure]) -> None:
    named = f"indicator {indicator.id}"
    for name in indicator.measures:
        if name not in measures:
            raise IndicatorsRefused(f"{named}: there is no measure {name!r}")
    if indicator.awaits:
        if indicator.measures:
            raise IndicatorsRefused(f"{named}: it awaits facts and yet has measures")
        return
    if not indicator.numerator or (indicator.form in {"ratio", "mean", "sum"}) != bool(indicator.denominator):
        raise IndicatorsRefused(
            f"{named}: a ratio, mean or sum needs numerator and denominator, another form a numerator"
        )
    spread = any(measures[name].bucket for name in terms_of(indicator.numerator))
    if (indicator.form in {"quantile", "split"}) != spread or (indicator.form == "quantile") != bool(
        indicator.quantile
    ):
        raise IndicatorsRefused(
            f"{named}: a quantile needs `quantile`, it and a split a measure with a bucket, no other form does"
        )
    if (indicator.form == "split") != bool(indicator.named):
        raise IndicatorsRefused(f"{named}: a split, and nothing else, says by which field its parts are `named`")
