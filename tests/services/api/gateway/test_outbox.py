from mingjing.services.api.gateway.outbox import Outgoing


def test_many_records_are_what_each_would_be() -> None:
    many = Outgoing.many("ingest.a", [b"1", b"2"], [b"{}", b"[]"])

    assert many == [Outgoing("ingest.a", b"1", b"{}"), Outgoing("ingest.a", b"2", b"[]")]
    assert [each.partition for each in many] == [None, None]
