import pytest

from mingjing.services.registry import Receipt, Receipts, Registry, Resubmission, Taken, TriedEvent, Upload


def receipt(number: int, **changes: object) -> Receipt:
    told = {"id": f"{number:032x}", "agency": "a", "way": "http", "received_ms": number, "events": 1, "accepted": 1}
    return Receipt(**{**told, "hash": "ff" * 8, "detail": {"results": [{"index": 0}]}, **changes})  # type: ignore[arg-type]


def upload(number: int, **changes: object) -> Upload:
    told = {"id": f"u{number}", "agency": "a", "caller": "li", "source": "urn:a", "standard": "s", "object": "o"}
    return Upload(**{**told, "name": "三月.csv", "dry_run": False, "made_ms": number, **changes})  # type: ignore[arg-type]


def test_a_receipt_comes_back_as_it_was_kept(registry: Registry) -> None:
    registry.receipts.add([receipt(1), receipt(2)])

    assert registry.receipts.of(f"{2:032x}") == receipt(2)


def test_receipts_of_which_one_cannot_be_kept_are_none_of_them_kept_and_the_next_are(registry: Registry) -> None:
    registry.receipts.add([receipt(1)])

    with pytest.raises(Exception, match=r"(?i)unique"):
        registry.receipts.add([receipt(2), receipt(1)])

    assert registry.receipts.of(f"{2:032x}") is None
    registry.receipts.add([receipt(3)])
    assert registry.receipts.of(f"{3:032x}") == receipt(3)


def test_a_day_has_its_own_receipts_only(registry: Registry) -> None:
    registry.receipts.add([receipt(1), receipt(2), receipt(3), receipt(4, agency="b", received_ms=2)])

    assert registry.receipts.within("a", 2, 3) == [receipt(2)]


def test_a_receipt_kept_for_long_enough_is_forgotten_when_another_comes(registry: Registry) -> None:
    day_ms = 86_400_000
    receipts = Receipts(registry.database, kept_days=183)
    receipts.add([receipt(1), receipt(day_ms)])

    receipts.add([receipt(184 * day_ms)])

    assert [each.received_ms for each in receipts.within("a", 0, 200 * day_ms)] == [day_ms, 184 * day_ms]


def test_years_of_receipts_are_forgotten_little_by_little(registry: Registry) -> None:
    receipts = Receipts(registry.database, kept_days=183)
    receipts.add([receipt(number) for number in range(1500)])

    left = []
    for n in (1, 2):
        receipts.add([receipt(n * 10**12)])
        left.append(len(receipts.within("a", 0, 10**12)))

    assert left == [500, 0]


def test_a_few_receipts_within_a_minute_look_for_old_ones_once(registry: Registry) -> None:
    day_ms = 86_400_000
    receipts = Receipts(registry.database, kept_days=183)
    receipts.add([receipt(1, received_ms=200 * day_ms)])
    receipts.add([receipt(2), receipt(3, received_ms=200 * day_ms + 1)])

    assert receipts.of(f"{2:032x}") is not None

    receipts.add([receipt(4, received_ms=200 * day_ms + 60_000)])

    assert receipts.of(f"{2:032x}") is None


def test_an_upload_comes_back_as_it_was_changed(registry: Registry) -> None:
    registry.uploads.add(upload(1))
    registry.uploads.change("u1", state="done", remarks={"代码不合规": 3}, ended_ms=9)

    assert registry.uploads.of("u1") == upload(1, state="done", remarks={"代码不合规": 3}, ended_ms=9)


def test_what_is_not_read_yet_is_found_oldest_first(registry: Registry) -> None:
    for each in (upload(2), upload(1, state="reading"), upload(3, state="done"), upload(4, agency="b")):
        registry.uploads.add(each)

    assert [each.id for each in registry.uploads.unfinished()] == ["u1", "u2", "u4"]
    assert [each.id for each in registry.uploads.unfinished("b")] == ["u4"]


def test_old_uploads_are_forgotten_but_for_those_not_read_yet(registry: Registry) -> None:
    for each in (upload(1, state="done"), upload(2), upload(9, state="done")):
        registry.uploads.add(each)

    assert registry.uploads.forget(5) == ["u1"]
    assert [each.id for each in registry.uploads.of_agency("a", 10)] == ["u9", "u2"]


def test_a_mark_is_the_last_that_was_set(registry: Registry) -> None:
    registry.exchange_marks.set("scjg", "1")
    registry.exchange_marks.set("scjg", "2")

    assert (registry.exchange_marks.get("scjg"), registry.exchange_marks.get("other")) == ("2", None)


def test_a_letter_is_claimed_once_until_the_claim_is_let_go(registry: Registry) -> None:
    claim = Resubmission(letter="l1", caller="li", at_ms=1)
    registry.resubmissions.begin(claim)
    with pytest.raises(Taken):
        registry.resubmissions.begin(claim)
    registry.resubmissions.give_up("l1")

    registry.resubmissions.begin(claim)
    registry.resubmissions.finish("l1", "r1")
    assert registry.resubmissions.of(["l1", "l2"]) == {
        "l1": Resubmission(letter="l1", caller="li", at_ms=1, receipt="r1")
    }


def test_a_sandbox_tells_what_it_knows_and_is_emptied_alone(registry: Registry) -> None:
    tried = [
        TriedEvent(agency=agency, print=name, case_key=f"{agency}/1", at_ms=1, body="{}")
        for agency, name in (("a", "p"), ("a", "q"), ("b", "p"))
    ]
    registry.sandbox.add(tried)

    assert registry.sandbox.known("a", ["p", "r"]) == {"p"}
    assert (registry.sandbox.clear("a"), registry.sandbox.count("a"), registry.sandbox.count("b")) == (2, 0, 1)
    assert registry.sandbox.of_cases("b", ["b/1"]) == registry.sandbox.all("b") == tried[2:]
