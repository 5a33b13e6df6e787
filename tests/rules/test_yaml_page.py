import pytest

from mingjing.rules.yaml_page import PackRefused, YamlPage, nearest


def _faults(page: YamlPage) -> list[str]:
    with pytest.raises(PackRefused) as caught:
        page.refuse()
    return str(caught.value).split("\n")


def test_a_fault_is_shown_with_its_place_the_line_and_a_caret() -> None:
    page = YamlPage("pack: x\ncolour: red\n", "p.yaml")
    page.mapping(page.root, ("pack", "rules"))

    assert _faults(page) == [
        "p.yaml:2:1: key 'colour' is not known here",
        "    colour: red",
        "    ^",
    ]


def test_a_caret_stands_under_its_word_behind_chinese_too() -> None:
    page = YamlPage("{title: 时限, kind: x}", "p.yaml")
    page.word(page.mapping(page.root, ())["kind"], ("a", "b"), "a")

    assert _faults(page)[1:] == ["    {title: 时限, kind: x}", "            \u3000\u3000        ^"]


def test_the_nearest_word_is_offered() -> None:
    page = YamlPage("tittle: x\n", "p.yaml")
    page.mapping(page.root, ("title", "rules"))

    assert "did you mean 'title'?" in _faults(page)[0]


def test_no_word_is_offered_where_none_is_near() -> None:
    assert nearest("zzz", ("title", "rules")) == ""


def test_all_faults_are_collected_and_told_in_the_order_of_the_text() -> None:
    page = YamlPage("b: 1\na: 2\na: 3\n", "p.yaml")
    found = page.mapping(page.root, ("a",), ("c",))
    page.word(found["a"], ("x",), "x")

    assert [line for line in _faults(page) if line.startswith("p.yaml")] == [
        "p.yaml:1:1: key 'b' is not known here",
        "p.yaml:1:1: key 'c' is missing",
        "p.yaml:3:1: key 'a' stands here a second time",
        "p.yaml:3:4: '3' is not one of x",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: [1\nb: 2\n", "p.yaml:2:2"), ("a: b: c\n", "p.yaml:1:5"), ("\tx: 1\n", "p.yaml:1:1"), ("\x00", "p.yaml:1:1")],
)
def test_what_is_not_yaml_is_refused_at_its_place(text: str, place: str) -> None:
    assert _faults(YamlPage(text, "p.yaml"))[0].startswith(f"{place}: not YAML: ")


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert _faults(YamlPage(text, "p.yaml"))[0] == "p.yaml:1:1: the file is empty"


def test_a_page_without_faults_is_not_refused() -> None:
    YamlPage("a: 1\n", "p.yaml").refuse()


def test_scalars_stay_as_they_are_written() -> None:
    page = YamlPage("{version: 2026.10, day: 2026-03-06, code: 0010}", "p.yaml")
    found = page.mapping(page.root, ())

    assert [page.text(found[key]) for key in found] == ["2026.10", "2026-03-06", "0010"]


def test_plain_values_are_those_of_json() -> None:
    page = YamlPage("{n: 3, x: 1.5, f: true, t: 2026-03-06, none: null, many: [1, {a: no}], s: '3'}", "p.yaml")

    assert page.plain(page.root) == {
        "n": 3,
        "x": 1.5,
        "f": True,
        "t": "2026-03-06",
        "none": None,
        "many": [1, {"a": False}],
        "s": "3",
    }


def test_one_value_counts_as_a_list_of_one_and_nothing_as_none() -> None:
    page = YamlPage("{one: a, many: [a, b]}", "p.yaml")
    found = page.mapping(page.root, ())

    assert [page.texts(found.get(key)) for key in ("one", "many", "none")] == [["a"], ["a", "b"], []]


@pytest.mark.parametrize(
    ("text", "message"), [("{x: [a]}", "expected a single value"), ("{x: {a: b}}", "expected a single value")]
)
def test_a_list_where_one_value_is_wanted_is_a_fault(text: str, message: str) -> None:
    page = YamlPage(text, "p.yaml")
    page.text(page.mapping(page.root, ())["x"])

    assert _faults(page)[0].endswith(message)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", ""])
def test_a_number_is_whole_and_one_or_more(text: str) -> None:
    page = YamlPage(f"x: '{text}'", "p.yaml")

    assert page.number(page.mapping(page.root, ())["x"], 7) == 7
    assert "is not a whole number of 1 or more" in _faults(page)[0]


def test_a_flag_is_true_or_false_and_has_a_default() -> None:
    page = YamlPage("{a: true, b: false, c: maybe}", "p.yaml")
    found = page.mapping(page.root, ())

    assert [page.flag(found.get(key), default=True) for key in "abcd"] == [True, False, True, True]
    assert "'maybe' is not one of true, false" in _faults(page)[0]
