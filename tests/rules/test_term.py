from decimal import Decimal

import pytest

from mingjing.rules.term import Term, Threshold, parse_term, parse_threshold


@pytest.mark.parametrize("text", ["3wd", "90cd", "6mo", "4wh", "2h", "30min", "10s", "0wd"])
def test_a_term_is_a_whole_number_and_a_unit(text: str) -> None:
    assert str(parse_term(text)) == text


def test_a_space_between_number_and_unit_is_read_over() -> None:
    assert parse_term(" 20 wd ") == Term(20, "wd")


@pytest.mark.parametrize("text", ["", "3", "wd", "1.5wd", "-3wd", "3d", "3WD", "3wd4h", "三日"])
def test_what_is_no_term_is_refused_with_the_units(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"wd \(working days\), cd \(calendar days\), mo, wh \(office hours\), h, min or s"
    ) as caught:
        parse_term(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "title"),
    [("5wd", "5 个工作日"), ("60cd", "60 个自然日"), ("3mo", "3 个月"), ("4wh", "4 个工作小时"), ("2h", "2 小时")],
)
def test_a_term_is_read_out_in_chinese(text: str, title: str) -> None:
    assert parse_term(text).title == title


@pytest.mark.parametrize(("text", "seconds"), [("2h", 7200), ("4wh", 14400), ("30min", 1800), ("1s", 1)])
def test_a_term_of_time_has_a_length(text: str, seconds: int) -> None:
    assert parse_term(text).micros == seconds * 1_000_000


def test_a_term_of_days_has_no_length_in_seconds() -> None:
    with pytest.raises(KeyError):
        _ = parse_term("1cd").micros


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("2wd before promised", Threshold("before", "promised", term=Term(2, "wd"))),
        ("10cd before", Threshold("before", None, term=Term(10, "cd"))),
        ("4 h before statutory", Threshold("before", "statutory", term=Term(4, "h"))),
        ("90% of promised", Threshold("share", "promised", share=Decimal(90))),
        ("87.5%", Threshold("share", None, share=Decimal("87.5"))),
        ("100% of limit", Threshold("share", "limit", share=Decimal(100))),
        ("past", Threshold("past", None)),
        ("past statutory", Threshold("past", "statutory")),
        ("past by 1wd", Threshold("past", None, term=Term(1, "wd"))),
        ("past promised by 30min", Threshold("past", "promised", term=Term(30, "min"))),
        ("  past   statutory  by  2 cd ", Threshold("past", "statutory", term=Term(2, "cd"))),
    ],
)
def test_a_threshold_is_measured_before_within_or_past_a_clock(text: str, threshold: Threshold) -> None:
    assert parse_threshold(text) == threshold


def test_a_share_beyond_the_whole_limit_is_told_how_to_be_written() -> None:
    with pytest.raises(ValueError, match=r"beyond the whole of the limit; .* `past promised by 1wd`"):
        parse_threshold("120% of promised")


@pytest.mark.parametrize("text", ["", "late", "before 2wd", "past by", "past promised statutory", "-5%", "2d before"])
def test_what_is_no_threshold_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not a t") as caught:
        parse_threshold(text)
    assert repr(text) in str(caught.value) or "2d" in str(caught.value)
