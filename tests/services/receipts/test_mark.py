from mingjing.services.receipts.mark import added, hash_over, mark_of, summed


def test_a_mark_is_what_anybody_computes_from_source_and_id() -> None:
    # printf 'urn:a\0e-1' | md5sum | cut -c1-16
    assert f"{mark_of('urn:a', 'e-1'):016x}" == "0a36fcd4d750c4b5"


def test_the_sum_does_not_depend_on_the_order() -> None:
    marks = [mark_of("urn:a", f"e-{number}") for number in range(50)]

    assert summed(marks) == summed(reversed(marks))


def test_hashes_of_parts_add_up_to_that_of_the_whole() -> None:
    marks = [mark_of("urn:a", f"e-{number}") for number in range(50)]

    assert added([summed(marks[:20]), summed(marks[20:])]) == summed(marks)


def test_one_event_more_changes_the_sum() -> None:
    assert summed([mark_of("urn:a", "e-1")]) != summed([mark_of("urn:a", "e-1")] * 2)


def test_the_hash_over_events_is_the_sum_of_their_marks() -> None:
    named = [("urn:a", f"事-{number}") for number in range(50)]

    assert hash_over(named) == summed(mark_of(*each) for each in named)
    assert hash_over([]) == "0" * 16
