from mingjing.rules.remembering import remember


def test_an_answer_is_kept_and_returned() -> None:
    known: dict[str, int] = {}

    assert remember(known, "a", 1, 2) == 1
    assert known == {"a": 1}


def test_when_the_most_are_kept_the_next_answer_begins_anew() -> None:
    known = {"a": 1, "b": 2}

    remember(known, "c", 3, 2)

    assert known == {"c": 3}
