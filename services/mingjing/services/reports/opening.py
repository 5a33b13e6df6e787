"""Opening the desk of an installation: its connections, and what the codes of its reports stand for."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.ledger.connection import Connection, Limits, Pool
from mingjing.services.ledger.scope import region_prefix
from mingjing.services.log_group import LogGroup
from mingjing.services.log_spans import spans
from mingjing.services.reports.covering import await_cover
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.reports.formulas import formula
from mingjing.services.reports.judged import await_judged
from mingjing.services.reports.law import Versions, in_force
from mingjing.services.reports.period import Month
from mingjing.services.settings import Settings
from mingjing.streams.topics import ingest_topic

_CONNECTIONS = 3
_ANSWER_WITHIN_S = 600
"""A province's month takes longer to count than a screen may take to answer."""

_PRIORITY, _NICE = 10, 10
"""A count waits while a list or the sink is served, and leaves the processor to whoever else wants it: a report may
take longer, a screen may not."""

_MEMORY = 1_000_000_000
"""So many bytes a count sorts or groups in memory before it takes to disk: a province's month may not fit."""


def open_desk(settings: Settings, law: Callable[[], Rulebook], agencies: Agencies) -> ReportDesk:
    """Return the desk; nothing is connected before the first report is asked for.

    `law` returns the rulebook of all times, which grows by what is published meanwhile.
    Raises PackRefused and FileNotFoundError of the formula that the settings name.
    """
    pool = Pool(settings, _CONNECTIONS, answer_within_s=_ANSWER_WITHIN_S, limits=behind_all_else(settings))
    zone = law().zone.info

    def versions(month: Month) -> Versions:
        begin, end = month.bounds(zone)
        return in_force(law(), begin * 1000, end * 1000)

    adopted = formula(path=settings.assessment)
    ends, workers = partial(spans, settings.broker), LogGroup(settings.broker, settings.group)

    def covered(connection: Connection, month: Month) -> None:
        await_judged(month, [ingest_topic(code) for code in agencies.agency_codes()], ends=ends, workers=workers)
        await_cover(connection, month, ends=ends)

    return ReportDesk(
        *(pool, zone, lambda: titles_of(law(), agencies), versions),
        formula=adopted,
        covered=covered,
        now_ms=wall_clock_ms if settings.clock == "live" else None,
        outages=lambda: law().outages,
    )


def behind_all_else(settings: Settings) -> Limits:
    """Return what a count may take of the server while others are served."""
    return Limits(_PRIORITY, settings.report_threads, _NICE, _MEMORY)


def titles_of(rulebook: Rulebook, agencies: Agencies) -> Titles:
    """Return what the codes of an installation stand for, those of earlier versions of its law too."""
    regions = sorted(agencies.regions, key=lambda each: len(region_prefix(each.code)))
    newest = {code: found[-1].fields for era in rulebook.eras for code, found in era.catalogue.versions.items()}
    return Titles(
        place=regions[0].title if regions else "全部",
        agencies={each.code: each.title for each in agencies.agencies},
        items=_told_apart(newest, agencies),
        regions={each.code: each.title for each in regions},
        rules={rule.id: rule.title for rule in (*rulebook.rules, *rulebook.across)},
        homes={each.code: each.region for each in agencies.agencies},
        values={
            f"{kind}/{name}": field["values"]
            for pack in rulebook.packs
            for kind, declared in pack.vocabulary.types.items()
            for name, field in declared.fields.items()
            if "values" in field
        },
    )


def _told_apart(items: Mapping[str, Mapping[str, Any]], agencies: Agencies) -> dict[str, str]:
    """Return the titles of items; of one that several agencies have, each says whose it is."""
    shared = Counter(str(fields["title"]) for fields in items.values())
    agency = {each.code: each.title for each in agencies.agencies}
    told: dict[str, str] = {}
    for code, fields in items.items():
        title, whose = str(fields["title"]), str(fields.get("agency", ""))
        told[code] = f"{title}（{agency.get(whose, whose)}）" if shared[title] > 1 and whose else title
    return told
