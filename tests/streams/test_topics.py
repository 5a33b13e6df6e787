import pytest

from mingjing.streams.topics import TopicsRefused, ingest_topic, partition_of, refuse_other_counts, topics_of

AGENCY = "91330100MA00000001"


# What org.apache.kafka.common.utils.Utils.murmur2 of the Java client gives (its own unit test).
@pytest.mark.parametrize(
    ("key", "murmur2"),
    [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536), ("abc", 479470107)],
)
def test_a_case_lies_where_the_java_client_would_put_it(key: str, murmur2: int) -> None:
    assert partition_of(key, 24) == (murmur2 & 0x7FFFFFFF) % 24


def test_every_agency_has_its_own_topic() -> None:
    assert ingest_topic(AGENCY) in {topic.name for topic in topics_of(8, [AGENCY])}


def test_topics_keyed_by_the_case_share_one_partition_count() -> None:
    counts = {topic.name: topic.partitions for topic in topics_of(24, [AGENCY])}

    assert {counts[name] for name in ("case-events", "card-actions", "cards", "case-facts", "supervise-state")} == {24}


def test_the_fixed_counts_do_not_follow_the_installation() -> None:
    counts = {topic.name: topic.partitions for topic in topics_of(24, [AGENCY])}

    assert (counts[ingest_topic(AGENCY)], counts["dead-letters"], counts["audit"]) == (2, 2, 1)


def test_two_replicas_must_both_have_a_record() -> None:
    assert {topic.config["min.insync.replicas"] for topic in topics_of(8, [AGENCY], replication=3)} == {"2"}


def test_only_the_state_is_compacted() -> None:
    compacted = [topic.name for topic in topics_of(8, [AGENCY]) if topic.config["cleanup.policy"] == "compact"]

    assert compacted == ["supervise-state", "desk-state", "tallies-state"]


def test_another_partition_count_is_refused_with_found_wanted_and_remedy() -> None:
    with pytest.raises(TopicsRefused) as refused:
        refuse_other_counts(topics_of(8, [AGENCY]), {"case-events": 24, "cards": 8})

    text = str(refused.value)
    assert "case-events" in text
    assert "24" in text
    assert "8" in text
    assert "MINGJING_PARTITIONS" in text
    assert "cards(" not in text


def test_topics_that_are_missing_are_not_refused() -> None:
    refuse_other_counts(topics_of(8, [AGENCY]), {})
