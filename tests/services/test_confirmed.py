from mingjing.services.confirmed import Outgoing, faults_in_writing
from mingjing.streams.broker import Broker


def test_a_broker_that_is_away_is_a_fault_and_not_a_silence() -> None:
    assert faults_in_writing(Broker("127.0.0.1:9"), [Outgoing("audit", b"{}")], answer_s=1)


def test_nothing_to_write_is_written_without_fault() -> None:
    assert faults_in_writing(Broker("127.0.0.1:9"), [], answer_s=1) == []
