from mingjing.services.sink.remembered import Remembered


def test_the_ledger_is_asked_for_strangers_only() -> None:
    asked: list[list[str]] = []

    def ask(idents: list[str]) -> dict[str, int]:
        asked.append(idents)
        return {"old": 1} if "old" in idents else {}

    memory = Remembered(ask)
    memory.learn({"known": 7})

    assert memory.of(["known", "old", "new", "old"]) == {"known": 7, "old": 1}
    assert memory.of(["known"]) == {"known": 7}
    assert asked == [["old", "new"]]


def test_what_was_longest_unchanged_is_forgotten_first() -> None:
    memory = Remembered[int](lambda _: {}, most=2)
    memory.learn({"a": 1})
    memory.learn({"b": 2})
    memory.learn({"a": 3})
    memory.learn({"c": 4})

    assert memory.of(["a", "b", "c"]) == {"a": 3, "c": 4}


def test_all_is_forgotten_when_asked() -> None:
    memory = Remembered[int](lambda _: {})
    memory.learn({"a": 1})
    memory.clear()

    assert memory.of(["a"]) == {}
