from mingjing.services.standards.remarked import MOST_EXAMPLES, Example, Noted, Remarked, sentences
from mingjing.services.standards.rows import Remark


def doubt(value: str) -> Remark:
    return Remark("region_code", value, f"行政区划代码 {value} 有误", refused=False, kind="行政区划不合编码规则")


def remarked(*values: str) -> Remarked:
    found = Remarked()
    for row, value in enumerate(values, 2):
        found.add(row, [doubt(value)])
    return found


def test_remarks_of_one_kind_are_counted_together_with_their_first_rows() -> None:
    (noted,) = remarked("1", "2").noted()

    assert noted == Noted(
        "行政区划不合编码规则", 2, (Example(2, "行政区划代码 1 有误"), Example(3, "行政区划代码 2 有误"))
    )


def test_however_many_values_are_wrong_what_is_kept_of_them_is_bounded() -> None:
    (noted,) = remarked(*map(str, range(50_000))).noted()

    assert (noted.count, len(noted.examples)) == (50_000, MOST_EXAMPLES)


def test_a_value_without_end_is_shown_by_its_beginning() -> None:
    (noted,) = remarked("9" * 30_000).noted()

    assert len(noted.examples[0].text) < 200


def test_a_remark_that_names_no_value_is_its_own_kind_and_shows_the_value() -> None:
    found = Remarked()
    found.add(2, [Remark("apply_type", "7", "申请方式的代码应为 1 窗口", refused=False)])

    assert sentences(found.noted()) == {"申请方式的代码应为 1 窗口：第2行 7": 1}


def test_rows_that_follow_others_are_numbered_after_them() -> None:
    found = remarked("1")
    found.join(remarked("2").noted(), after=500)

    assert [each.row for each in found.noted()[0].examples] == [2, 502]


def test_a_sentence_says_that_there_are_more() -> None:
    (sentence,) = sentences(remarked(*["1"] * (MOST_EXAMPLES + 1)).noted())

    assert sentence.endswith(" 等")
