"""What goes with a report that is handed over: a title that says what it is, and the way to the same page."""

import pytest
from tests.contracts.registry.test_report_deliveries import subscription

from mingjing.services.registry import ReportDelivery
from mingjing.services.reports.document import Origin
from mingjing.services.reports.press.parcel import Parcel, told

CONSOLE = "https://mj.example.test/console"


@pytest.mark.parametrize(
    ("about", "link"),
    [
        ({"report": "efficiency"}, "/reports?month=2026-10"),
        ({"report": "efficiency", "agency": "91A"}, "/reports?month=2026-10&agency=91A"),
        ({"report": "notice", "region": "990101"}, "/reports?month=2026-10&region=990101"),
        ({"report": "assessment", "region": "990101"}, "/reports/assessment?month=2026-10&region=990101"),
    ],
)
def test_a_message_leads_to_the_page_of_its_report(origin: Origin, about: dict[str, str], link: str) -> None:
    delivery = ReportDelivery(id="d1", subscription="s1", period="2026-10", revision="1", next_ms=0, made_ms=0)

    telling = told(Parcel("报表", (), origin), subscription(**about), delivery, CONSOLE)

    assert telling.message.link == f"{CONSOLE}{link}"
