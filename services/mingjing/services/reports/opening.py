"""Opening the desk of an installation: its connections, and what the codes of its reports stand for."""

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.ledger.connection import Limits, Pool
from mingjing.services.ledger.scope import region_prefix
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.settings import Settings

_CONNECTIONS = 3
_ANSWER_WITHIN_S = 600
"""A province's month takes longer to count than a screen may take to answer."""

_BEHIND_ALL_ELSE = 10
"""A count waits while a list or the sink is served: a report may take longer, a screen may not."""


def open_desk(settings: Settings, rulebook: Rulebook, agencies: Agencies) -> ReportDesk:
    """Return the desk; nothing is connected before the first report is asked for."""
    limits = Limits(_BEHIND_ALL_ELSE, settings.report_threads)
    pool = Pool(settings, _CONNECTIONS, answer_within_s=_ANSWER_WITHIN_S, limits=limits)
    versions = {**rulebook.versions, **{pack.name: pack.version for pack in rulebook.packs}}
    return ReportDesk(pool, rulebook.zone.info, titles_of(rulebook, agencies), versions)


def titles_of(rulebook: Rulebook, agencies: Agencies) -> Titles:
    """Return what the codes of an installation stand for."""
    regions = sorted(agencies.regions, key=lambda each: len(region_prefix(each.code)))
    newest = {code: found[-1].fields for code, found in rulebook.catalogue.versions.items()}
    return Titles(
        place=regions[0].title if regions else "全部",
        agencies={each.code: each.title for each in agencies.agencies},
        items={code: str(fields["title"]) for code, fields in newest.items()},
        regions={each.code: each.title for each in regions},
        rules={rule.id: rule.title for rule in (*rulebook.rules, *rulebook.across)},
    )
