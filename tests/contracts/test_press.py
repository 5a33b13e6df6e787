"""The press on both engines: months frozen at their moment, each revision handed over once, all of it on the trail."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.contracts.registry.test_report_deliveries import subscription
from tests.services.notices.conftest import Receiver, receiver

from mingjing.rules.tally import Tally
from mingjing.services.audit.entry import Entry
from mingjing.services.audit.record import TrailAway
from mingjing.services.ledger.connection import Pool
from mingjing.services.log_spans import Place, Span
from mingjing.services.notices.channel import Channel, Webhook
from mingjing.services.notices.channels.webhook import DELIVERY
from mingjing.services.registry import Database, Registry, ReportDelivery
from mingjing.services.reports.covering import await_cover
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Titles
from mingjing.services.reports.period import Month
from mingjing.services.reports.press.closing import Closing
from mingjing.services.reports.press.metrics import PressMetrics
from mingjing.services.reports.press.rounds import Press, Ways
from mingjing.services.rulebook_files import load_rulebook
from mingjing.services.settings import Settings
from mingjing.services.sink.source import Record
from mingjing.services.sink.writers import LedgerWriter

ZONE = ZoneInfo("Asia/Shanghai")
MARCH = Month(2026, 3)
DAY_MS = 86_400_000

Make = Callable[..., dict[str, Any]]
Send = Callable[..., Record]

__all__ = ["receiver"]


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}:00+08:00").timestamp() * 1000)


FROZEN = at("2026-04-03 02:00")
"""The third working day of April 2026; Qingming is from the 4th on."""


def decided(case: Make, number: int, life: int = 1) -> dict[str, Any]:
    when, begun = "2026-03-20T10:00:00+08:00", "2026-03-05T10:00:00+08:00"
    figures = {"kind": "licence", "ended_at": when, "types": {"case.accepted": 1}}
    dates = {"applied_at": begun, "accepted_at": begun, "decided_at": when}
    return case(f"n{number}", (number, 1, life), agency="A", state="decided", figures=figures, **dates)


class Site:
    """A press over a ledger with March in it, and everything it did."""

    def __init__(
        self, desk: ReportDesk, registry: Registry, folder: Path, receiver: Receiver, log: dict[Place, Span]
    ) -> None:
        self.registry = registry
        self.log = log
        self.metrics = PressMetrics()
        self.trail: list[Entry] = []
        self.told: list[Tally] = []
        self.trail_away = False
        webhook = Channel("office", Webhook(f"{receiver.url}/report", "secret"))
        self.ways = Ways({"office": webhook}, frozenset({f"127.0.0.1:{receiver.server_port}"}), folder)
        self._desk = desk
        self._law = load_rulebook()

    def press(self) -> Press:
        """Return a press as after a restart: it knows nothing but what was written down."""
        return Press(
            *(self._desk, self.registry, lambda: self._law, Closing.parse("3wd 02:00"), self.ways, self.metrics),
            watched=2,
            fonts=None,
            console="http://127.0.0.1:8600/console",
            witness=self._witness,
            tell=self.told.extend,
        )

    def deliveries(self) -> list[ReportDelivery]:
        known = [each.id for each in self.registry.subscriptions.all()]
        return self.registry.report_deliveries.newest(known, limit=50)

    def did(self) -> list[str]:
        return [each.action for each in self.trail]

    def gauge(self, name: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"mingjing_press_{name}")

    def _witness(self, entry: Entry) -> None:
        if self.trail_away:
            raise TrailAway("留痕没有确认")
        self.trail.append(entry)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    database = Database(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    database.migrate()
    yield Registry(database)
    database.close()


@pytest.fixture
def site(
    settings: Settings,
    registry: Registry,
    tmp_path: Path,
    receiver: Receiver,
    sink: LedgerWriter,
    record: Send,
    case: Make,
) -> Iterator[Site]:
    log: dict[Place, Span] = {}
    titles = Titles("云州市", {"A": "甲局"}, {}, {}, {})
    covered = partial(await_cover, ends=lambda _: log, wait=lambda _: None)
    desk = ReportDesk(Pool(settings, 2), ZONE, lambda: titles, lambda _: {}, covered=covered, now_ms=None)
    sink.write([record("case-facts", decided(case, n)) for n in range(40)])
    yield Site(desk, registry, tmp_path / "out", receiver, log)
    desk.close()


def test_a_month_is_frozen_at_its_moment_and_not_before(site: Site) -> None:
    press = site.press()

    press.go_round(FROZEN - 1)
    assert site.did() == []
    press.go_round(FROZEN)
    press.go_round(FROZEN + 1000)

    assert [(each.action, each.object, each.detail["revision"]) for each in site.trail] == [
        ("month.frozen", "2026-03", 1)
    ]


def test_the_figures_of_a_frozen_month_are_told_to_the_rules_that_judge_them(site: Site) -> None:
    site.press().go_round(FROZEN)

    assert {each.fact.data["month"] for each in site.told} == {"2026-03"}


def test_a_report_reaches_its_subscriber_once_whatever_is_restarted(site: Site, receiver: Receiver) -> None:
    site.registry.subscriptions.add(subscription(forms=("csv", "json"), target="office"))

    for hour in range(5):
        site.press().go_round(FROZEN + hour * 3_600_000)

    ((_, headers, body),) = receiver.requests
    (delivery,) = site.deliveries()
    told = json.loads(body)
    (csv, _) = told["files"]
    assert headers[DELIVERY] == delivery.id == told["delivery"]
    assert (told["kind"], told["period"], told["revisions"]) == ("report", "2026-03", {"2026-03": 1})
    assert csv["name"] == "mingjing-efficiency-2026-03-r1.csv"
    assert hashlib.sha256(base64.b64decode(csv["content"])).hexdigest() == csv["sha256"]
    assert (delivery.state, delivery.tries) == ("sent", 1)
    assert [each["name"] for each in json.loads(delivery.enclosed)] == [each["name"] for each in told["files"]]
    assert site.did() == ["month.frozen", "report.sent"]


def test_a_late_arrival_opens_a_revision_and_sends_it(
    site: Site, receiver: Receiver, sink: LedgerWriter, record: Send, case: Make
) -> None:
    site.registry.subscriptions.add(subscription(forms=("json",)))
    press = site.press()
    press.go_round(FROZEN)
    sink.write([record("case-facts", decided(case, 100))])

    press.go_round(FROZEN + 3_600_000)
    assert len(receiver.requests) == 1
    press.go_round(FROZEN + DAY_MS)

    told = [json.loads(body)["revisions"]["2026-03"] for _, _, body in receiver.requests]
    assert told == [1, 2]
    assert [each.detail["changes"] > 0 for each in site.trail if each.action == "month.frozen"] == [False, True]


def test_a_month_is_not_frozen_or_sent_before_the_ledger_has_what_lay_on_the_log(
    site: Site, receiver: Receiver, sink: LedgerWriter, record: Send, case: Make
) -> None:
    site.registry.subscriptions.add(subscription(forms=("json",)))
    site.log["case-facts", 0] = Span(0, 42)  # 40 are written, and the sink stands still
    press = site.press()

    press.go_round(FROZEN)
    assert (site.did(), receiver.requests) == ([], [])
    assert (site.gauge("overdue_months"), site.gauge("behind_records")) == (1, 2)
    sink.write([record("case-facts", decided(case, n)) for n in (40, 41)])
    press.go_round(FROZEN + 20_000)

    assert site.did() == ["month.frozen", "report.sent"]
    assert (site.gauge("overdue_months"), site.gauge("behind_records")) == (0, 0)


def test_a_licence_revoked_long_after_its_month_was_frozen_opens_a_revision_within_a_month(
    site: Site, sink: LedgerWriter, record: Send, case: Make
) -> None:
    press = site.press()
    press.go_round(FROZEN)
    october = at("2026-10-20 03:00")
    press.go_round(october)  # March is long none of the two that are looked at daily
    sink.write([record("case-facts", decided(case, 3, life=2) | {"agency": "B"})])

    press.go_round(october + 29 * DAY_MS)
    revised = [each.detail["revision"] for each in site.trail if each.object == "2026-03"]
    press.go_round(october + 30 * DAY_MS)

    assert revised == [1]
    assert [each.detail["revision"] for each in site.trail if each.object == "2026-03"] == [1, 2]


def test_a_press_that_has_just_begun_looks_at_an_older_month_at_once(
    site: Site, sink: LedgerWriter, record: Send, case: Make
) -> None:
    site.press().go_round(FROZEN)
    sink.write([record("case-facts", decided(case, 100))])

    site.press().go_round(at("2026-09-20 03:00"))

    assert [each.detail["revision"] for each in site.trail if each.object == "2026-03"] == [1, 2]


def test_a_receiver_that_refuses_is_asked_again_later(site: Site, receiver: Receiver) -> None:
    site.registry.subscriptions.add(subscription(forms=("json",)))
    receiver.status = 503
    site.press().go_round(FROZEN)
    (refused,) = site.deliveries()
    receiver.status = 200

    site.press().go_round(refused.next_ms - 1)
    assert len(receiver.requests) == 1
    site.press().go_round(refused.next_ms)

    assert (refused.state, refused.failure[:8]) == ("failed", "HTTP 503")
    assert (len(receiver.requests), site.deliveries()[0].state) == (2, "sent")


def test_what_was_in_hand_when_the_press_died_is_not_sent_a_second_time(site: Site, receiver: Receiver) -> None:
    site.registry.subscriptions.add(subscription(forms=("json",)))
    press = site.press()
    press.close_months(FROZEN)
    press.enter(FROZEN)
    held = site.registry.report_deliveries.take(FROZEN, FROZEN + 1000)  # and then it dies

    site.press().go_round(FROZEN + DAY_MS)

    (delivery,) = site.deliveries()
    assert held is not None
    assert receiver.requests == []
    assert (delivery.state, delivery.failure) == ("unknown", "投送中断，对方可能已经收到；确认没有收到后请人工重送")


def test_a_folder_that_was_in_hand_is_written_again_for_the_same_files_change_nothing(site: Site) -> None:
    site.registry.subscriptions.add(subscription(forms=("csv", "pdf"), way="folder", target="leaders"))
    press = site.press()
    press.close_months(FROZEN)
    press.enter(FROZEN)
    site.registry.report_deliveries.take(FROZEN, FROZEN + 1000)  # and then it dies

    site.press().go_round(FROZEN + DAY_MS)

    assert site.ways.folder is not None
    put = sorted(each.name for each in (site.ways.folder / "leaders" / "2026-03").iterdir())
    assert put == ["mingjing-efficiency-2026-03-r1.csv", "mingjing-efficiency-2026-03-r1.pdf"]
    assert site.deliveries()[0].state == "sent"


def test_an_agency_receives_its_own_report_and_no_place_among_others(site: Site, receiver: Receiver) -> None:
    site.registry.subscriptions.add(subscription(forms=("json",), agency="A"))

    site.press().go_round(FROZEN)

    ((_, _, body),) = receiver.requests
    report = json.loads(base64.b64decode(json.loads(body)["files"][0]["content"]))
    assert [(each["key"], each["rank"]) for each in report["agencies"]] == [("A", None)]


@pytest.mark.parametrize(("report", "forms"), [("notice", ("pdf",)), ("assessment", ("xlsx", "pdf", "json"))])
def test_every_report_can_be_subscribed_to(site: Site, receiver: Receiver, report: str, forms: tuple[str, ...]) -> None:
    site.registry.subscriptions.add(subscription(report=report, forms=forms))

    site.press().go_round(FROZEN)

    ((_, _, body),) = receiver.requests
    assert [each["name"].rpartition(".")[2] for each in json.loads(body)["files"]] == list(forms)


def test_nothing_is_frozen_or_sent_that_is_not_on_the_trail(site: Site, receiver: Receiver) -> None:
    site.registry.subscriptions.add(subscription(forms=("json",)))
    site.trail_away = True

    with pytest.raises(TrailAway):
        site.press().go_round(FROZEN)
    assert receiver.requests == []
    site.trail_away = False
    site.press().go_round(FROZEN + 1000)

    assert site.did() == ["month.frozen", "report.sent"]
    assert len(receiver.requests) == 1


def test_a_channel_that_is_no_more_is_named(site: Site) -> None:
    site.registry.subscriptions.add(subscription(target="elsewhere"))

    site.press().go_round(FROZEN)

    assert site.deliveries()[0].failure == "通知计划中没有通道 elsewhere"
