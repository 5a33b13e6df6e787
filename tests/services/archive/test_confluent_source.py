from mingjing.services.archive.confluent_source import GATHERED, LINGER_S


def test_the_broker_gathers_for_the_archive_and_answers_within_every_batch() -> None:
    assert GATHERED["fetch.min.bytes"] > 1  # librdkafka's own: an answer for every record
    assert GATHERED["fetch.wait.max.ms"] <= LINGER_S * 1000
