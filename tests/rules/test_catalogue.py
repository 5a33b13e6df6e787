from datetime import date

import pytest

from mingjing.rules.catalogue import Catalogue, ItemVersion, parse_catalogue
from mingjing.rules.yaml_page import PackRefused

ITEM = "{code: c1, title: 许可, promised: 3wd, statutory: 20wd, valid_from: 2026-01-01}"


def test_an_item_is_read_with_its_limits_and_its_time() -> None:
    [[item], version] = parse_catalogue(f"catalogue: k\nversion: 2026.1\nitems:\n  - {ITEM}\n", "k.yaml")

    assert (item.code, item.valid_from, item.valid_to, version) == ("c1", date(2026, 1, 1), None, "k@2026.1")
    assert (item.fields["promised"], item.fields["title"]) == ("3wd", "许可")


@pytest.mark.parametrize(
    ("day", "version"), [("2019-12-31", 1), ("2020-01-01", 1), ("2026-02-28", 1), ("2026-03-01", 2)]
)
def test_the_version_in_force_on_a_day_is_the_last_that_had_begun(day: str, version: int) -> None:
    catalogue = Catalogue(
        [ItemVersion("i", date(2026, 3, 1), None, {"v": 2}), ItemVersion("i", date(2020, 1, 1), None, {"v": 1})]
    )

    assert catalogue.in_force("i", date.fromisoformat(day)) == {"v": version}


@pytest.mark.parametrize("code", [None, "", "other"])
def test_an_item_nobody_listed_has_no_fields(code: str | None) -> None:
    assert Catalogue([]).in_force(code, date(2026, 1, 1)) == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("promised: 3wd", "promised: 3 days"), "promised: '3 days' is not a term"),
        (("promised: 3wd", "promised: 30wd"), "promised 30wd is longer than statutory 20wd (TL-14)"),
        (("promised: 3wd", "promised: 1mo"), "promised 1mo is longer than statutory 20wd (TL-14)"),
        (("2026-01-01", "soon"), "'soon' is not a date"),
        (("code: c1, ", ""), "key 'code' is missing"),
        (("promised", "promise"), "key 'promise' is not known here; did you mean 'promised'?"),
    ],
)
def test_a_fault_in_a_catalogue_is_told(change: tuple[str, str], message: str) -> None:
    with pytest.raises(PackRefused) as caught:
        parse_catalogue(f"items:\n  - {ITEM.replace(*change)}\n", "k.yaml")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("promised", "statutory"), [("20wd", "20wd"), ("20cd", "20wd"), ("0wd", "3wd"), ("3wh", "1wd")]
)
def test_a_promise_as_long_as_the_law_allows_is_a_promise(promised: str, statutory: str) -> None:
    text = ITEM.replace("3wd", promised).replace("20wd, valid", f"{statutory}, valid")

    assert parse_catalogue(f"items:\n  - {text}\n", "k.yaml")
