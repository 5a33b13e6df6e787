import pytest

from mingjing.services.standards.export import rows_of
from mingjing.services.standards.rows import translate
from mingjing.services.standards.shelf import shipped_standards

SOURCE = "urn:yunzhou:scjg"
SENT = {
    "up-pro": {
        "up_pro_accept": [
            {
                "project_no": "1",
                "apply_date": "2026-03-05 16:00:00",
                "accept_date": "2026-03-06 10:00:00",
                "apply_type": "2",
            }
        ],
        "up_pro_process": [
            {
                "project_no": "1",
                "process_name": "审查",
                "event_start_time": "2026-03-06 11:00:00",
                "event_end_time": "2026-03-09 09:00:00",
                "handle_explain": "同意",
            },
            {
                "project_no": "1",
                "process_name": "审核",
                "event_start_time": "2026-03-09 09:30:00",
            },
        ],
        "up_pro_special_procedure": [
            {
                "project_no": "1",
                "special_time": "2026-03-10 09:00:00",
                "end_time": "2026-03-12 09:00:00",
                "special_days": "2",
            }
        ],
        "up_pro_result": [
            {
                "project_no": "1",
                "result_type": "1",
                "result_date": "2026-03-13 15:00:00",
                "delivery_date": "2026-03-16 10:00:00",
            }
        ],
    },
    "guangdong": {
        "SB": [
            {
                "SBLSH": "1",
                "SBSJ": "2026-03-05 16:00:00",
                "TJFS": "1",
            }
        ],
        "SL": [
            {
                "SBLSH": "1",
                "SLZTDM": "1",
                "SLSJ": "2026-03-06 10:00:00",
                "SLHZH": "7",
            }
        ],
        "TBCXSQ": [
            {
                "SBLSH": "1",
                "TBCXZL": "A",
                "TBCXKSRQ": "2026-03-10 09:00:00",
                "TBCXSX": "5",
            }
        ],
        "BJ": [
            {
                "SBLSH": "1",
                "BJJGDM": "2",
                "BJSJ": "2026-03-13 15:00:00",
                "ZFHTHYY": "不符合条件",
            }
        ],
    },
}


@pytest.mark.parametrize("name", sorted(SENT))
def test_what_an_agency_sent_comes_back_as_it_was_sent(name: str) -> None:
    standard = shipped_standards()[name]
    events = [
        event
        for object_name, rows in SENT[name].items()
        for row in rows
        for event in translate(standard, standard.objects[object_name], row, SOURCE).events
    ]

    assert rows_of(standard, sorted(events, key=lambda each: (each["time"], each["sequence"]))) == SENT[name]


def test_what_the_standard_has_no_column_for_is_left_out() -> None:
    event = {"type": "hearing.held", "subject": "1", "time": "2026-03-10T09:00:00+08:00"}

    assert rows_of(shipped_standards()["up-pro"], [event]) == {}
