import pytest

from mingjing.services.standards.codes import case_number_fault, item_fault, region_fault, region_of, uscc_fault

USCC = "91350100M000100Y43"  # the example of GB 32100—2015
ITEM = f"{'11440232MB2D06811W'}4000117051000"


def test_the_example_of_the_standard_passes_its_check() -> None:
    assert uscc_fault(USCC) is None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("91350100M000100Y4", "应为18位，此处17位"),
        ("91350100M000100Y44", "校验位为 4，按前17位应为 3"),
        ("9135O100M000100Y43", "不含字符 O"),
    ],
)
def test_a_wrong_agency_code_is_told_what_is_wrong(code: str, says: str) -> None:
    assert says in (uscc_fault(code) or "")


@pytest.mark.parametrize("place", range(17))
def test_a_slip_of_one_character_never_passes(place: int) -> None:
    slipped = "1" if USCC[place] != "1" else "2"

    assert uscc_fault(USCC[:place] + slipped + USCC[place + 1 :]) is not None


@pytest.mark.parametrize("code", [ITEM, ITEM + "01", "0" * 10, "0" * 24])
def test_codes_of_items_have_31_or_33_characters_or_those_of_older_lists(code: str) -> None:
    assert item_fault(code) is None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (ITEM[:-1], "此处30位"),
        (ITEM[:18] + "9" + ITEM[19:], "第19位"),
        (ITEM[:17] + "X" + ITEM[18:], "校验位为 X，按前17位应为 W"),
        (ITEM[:17] + "X" + ITEM[18:] + "01", "校验位为 X"),
    ],
)
def test_a_wrong_item_code_is_told_what_is_wrong(code: str, says: str) -> None:
    assert says in (item_fault(code) or "")


@pytest.mark.parametrize("number", [ITEM + "202603060001", "浙A012026000777", "2026-03-0001"])
def test_both_forms_of_case_numbers_pass(number: str) -> None:
    assert case_number_fault(number) is None


@pytest.mark.parametrize(
    ("number", "says"), [(ITEM + "202613060001", "不是日期"), ("件 1", "不含空格"), ("1" * 51, "1至50位")]
)
def test_a_wrong_case_number_is_told_what_is_wrong(number: str, says: str) -> None:
    assert says in (case_number_fault(number) or "")


@pytest.mark.parametrize(("code", "fault"), [("330102", None), ("330102000000", None), ("33010", "应为6位或12位")])
def test_regions_have_six_or_twelve_digits(code: str, fault: str | None) -> None:
    assert (fault is None) == (region_fault(code) is None)


def test_a_region_of_six_digits_is_told_with_twelve() -> None:
    assert region_of("330102") == "330102000000"
