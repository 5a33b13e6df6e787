from mingjing.services.reports.figure import figure
from mingjing.services.reports.indicators import Indicator, shipped
from mingjing.services.reports.parts import LISTED, REST, UNSAID, parts


def split(ident: str = "complaint_categories") -> Indicator:
    found = shipped().indicator(ident)
    assert found is not None
    return found


def told(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(part.title, part.count) for part in parts(split(), {"complaints_by_category": counts}, {})]


def test_parts_come_the_most_first_and_those_that_do_not_say_are_named_so() -> None:
    assert told({"收费": 3, "": 9, "态度": 2}) == [(UNSAID, 9), ("收费", 3), ("态度", 2)]


def test_a_part_has_the_name_that_the_vocabulary_gives_its_code() -> None:
    values = {"task.visited/manner": {"covert": "暗访"}}

    (part,) = parts(split("visits"), {"visits_by_manner": {"covert": 2}}, values)

    assert (part.key, part.title) == ("covert", "暗访")


def test_parts_beyond_those_that_are_listed_are_one_so_that_all_add_up() -> None:
    counts = {f"c{number:02}": 100 - number for number in range(LISTED + 5)}

    found = told(counts)

    assert len(found) == LISTED + 1
    assert found[-1][0] == REST
    assert sum(count for _, count in found) == figure(split(), {"complaints_by_category": counts}).n


def test_what_is_not_split_has_no_parts() -> None:
    assert parts(split("press_held"), {"press_held": {"": 3}}, {}) == []
