from datetime import date

import msgspec
import pytest

from mingjing.services.agencies import Agency
from mingjing.services.ledger.port import ArchivedDay
from mingjing.services.receipts.mark import mark_of, summed
from mingjing.services.receipts.reconcile import account, as_csv, verdict
from mingjing.services.registry import Receipt

BUREAU = Agency(
    code="91330100MA00000001",
    title="云州市市场监督管理局",
    region="330100000000",
    kind="window",
    sources=("urn:a",),
    delay_s=0,
    key_sha256=None,
    types=None,
)
DAY = date(2026, 3, 6)
MARKS = [mark_of("urn:a", f"e-{number}") for number in range(3)]


def receipt(marks: list[int], rejected: int = 0, ticks: int = 0) -> Receipt:
    accepted = len(marks) + ticks
    return Receipt(
        id="r",
        agency=BUREAU.code,
        way="http",
        received_ms=0,
        events=accepted + rejected,
        accepted=accepted,
        rejected=rejected,
        ticks=ticks,
        hash=summed(marks),
    )


def archived(marks: list[int]) -> ArchivedDay:
    once = set(marks)
    return ArchivedDay(
        events=len(marks), distinct=len(once), late=0, hash=summed(marks), distinct_hash=summed(once), letters={}
    )


def test_a_day_of_which_everything_is_archived_agrees() -> None:
    told = account(BUREAU, DAY, [receipt(MARKS[:2]), receipt(MARKS[2:], rejected=1)], archived(MARKS))

    assert (told.agrees, told.missing, told.sent.rejected) == (True, 0, 1)


def test_an_accepted_event_that_was_lost_is_missing() -> None:
    told = account(BUREAU, DAY, [receipt(MARKS)], archived(MARKS[:2]))

    assert (told.agrees, told.missing, verdict(told)) == (False, 1, "不一致：归档比回执少 1 个事件")


def test_what_an_agency_wrote_to_kafka_itself_is_counted_without_receipts() -> None:
    day = msgspec.structs.replace(archived([*MARKS, MARKS[0]]), letters={"bad_json": 3}, refused_on_kafka=2)
    told = account(BUREAU, DAY, [receipt(MARKS[:1], rejected=1)], day).direct

    assert (told.received, told.accepted, told.rejected, told.repeated) == (5, 3, 2, 1)


def test_what_was_lost_is_not_taken_for_written_to_kafka() -> None:
    assert account(BUREAU, DAY, [receipt(MARKS)], archived(MARKS[:2])).direct.received == 0


def test_another_event_in_the_place_of_one_is_noticed_though_the_count_is_right() -> None:
    told = account(BUREAU, DAY, [receipt(MARKS)], archived([*MARKS[:2], mark_of("urn:a", "strange")]))

    assert (told.agrees, told.missing, verdict(told)) == (False, 0, "不一致：数目相同而内容不同")


def test_an_event_sent_twice_is_counted_as_repeated_and_agrees() -> None:
    told = account(BUREAU, DAY, [receipt(MARKS), receipt(MARKS[:1])], archived([*MARKS, MARKS[0]]))

    assert (told.agrees, told.repeated) == (True, 1)


def test_what_two_processes_or_a_restart_took_for_new_counts_once_by_its_hash() -> None:
    """Either gateway tells the agency `accepted`; the account says what came of it."""
    told = account(BUREAU, DAY, [receipt(MARKS), receipt(MARKS)], archived([*MARKS, *MARKS]))

    assert (told.agrees, told.sent.accepted, told.distinct, told.repeated) == (True, 6, 3, 3)
    assert told.distinct_hash == summed(MARKS)


def test_an_event_whose_receipt_was_lost_and_that_was_sent_again_is_not_amiss() -> None:
    told = account(BUREAU, DAY, [receipt(MARKS)], archived([*MARKS, MARKS[0]]))

    assert (told.agrees, told.missing, verdict(told)) == (True, -1, "一致：归档比回执多的 1 个都是重复")


def test_watermarks_are_not_missed_in_the_archive() -> None:
    told = account(BUREAU, DAY, [receipt(MARKS, ticks=2)], archived(MARKS))

    assert (told.agrees, told.missing) == (True, 0)


def test_a_day_without_receipts_is_not_said_to_agree() -> None:
    assert account(BUREAU, DAY, [], archived([])).agrees is None


@pytest.mark.parametrize("line", ["回执（接口）,1", "归档,3", "结论,一致：回执所接收的全部已归档"])
def test_the_table_says_every_number_with_its_name(line: str) -> None:
    told = as_csv(account(BUREAU, DAY, [receipt(MARKS)], archived(MARKS))).decode("utf-8-sig")

    assert f"{BUREAU.title},{BUREAU.code},2026-03-06,{line}\r\n" in told
