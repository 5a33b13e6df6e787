"""The press process, put together."""

from collections.abc import Callable
from contextlib import ExitStack

import structlog

from mingjing.rules.rulebook import Rulebook
from mingjing.rules.workdays import CalendarMissing
from mingjing.services.agencies import Agencies
from mingjing.services.audit.record import TrailAway, record
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.ledger import LedgerError
from mingjing.services.notices.plan import Plan
from mingjing.services.registry import RegistryUnavailable, open_registry
from mingjing.services.reports.assessing import FormulaUnanswerable
from mingjing.services.reports.figured import FiguresNotTold, RuleUnanswerable, tell
from mingjing.services.reports.forms.typeset import TypesettingFailed
from mingjing.services.reports.opening import open_desk
from mingjing.services.reports.press.closing import Closing
from mingjing.services.reports.press.metrics import PressMetrics
from mingjing.services.reports.press.rounds import Press, Ways
from mingjing.services.settings import Settings
from mingjing.services.sink.probe import Probe
from mingjing.services.sink.stopping import Stopping

ROUND_S = 20.0

_PASSING = (LedgerError, RegistryUnavailable, TrailAway, FiguresNotTold)
"""What time mends: the round is gone again."""

_STANDING = (CalendarMissing, FormulaUnanswerable, RuleUnanswerable, TypesettingFailed)
"""What a person must mend: a calendar without the year, a formula or a rule that asks for what there is not."""

log = structlog.get_logger()


def run_press(settings: Settings, law: Callable[[], Rulebook], agencies: Agencies, plan: Plan | None) -> None:
    """Freeze and deliver until SIGTERM; call it from the main thread. `law` returns the rulebook of all times."""
    stopping = Stopping()
    metrics = PressMetrics()
    with ExitStack() as open_things:
        probe = Probe(metrics, settings.press_metrics_port)
        open_things.callback(probe.close)
        registry = open_registry(settings)
        open_things.callback(registry.database.close)
        desk = open_desk(settings, law, agencies)
        open_things.callback(desk.close)
        press = Press(
            *(desk, registry, law, Closing.parse(settings.report_close)),
            Ways(plan.channels if plan else {}, plan.hosts if plan else frozenset(), settings.report_folder),
            metrics,
            watched=settings.report_watch,
            fonts=settings.font_dir,
            console=settings.console,
            witness=lambda entry: record(settings, entry),
            tell=lambda tallies: tell(settings, tallies),
        )
        while not stopping():
            _go_round(press, metrics)
            stopping.wait(ROUND_S)


def _go_round(press: Press, metrics: PressMetrics) -> None:
    try:
        press.go_round(wall_clock_ms())
    except _PASSING as exc:
        metrics.away(str(exc))
        log.warning("round broken off, will be gone again", why=str(exc))
    except _STANDING as exc:
        metrics.away(str(exc))
        log.error("round broken off, somebody must mend this", why=str(exc))  # noqa: TRY400  # the sentence says all
