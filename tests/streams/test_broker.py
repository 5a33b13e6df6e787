"""One broker in the words of each client: none speaks in the open where the others do not."""

import ssl
from pathlib import Path

import pytest

from mingjing.services.stack.certificates import Authority
from mingjing.streams.broker import Broker


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "certificates")


def test_a_broker_without_more_is_spoken_to_in_the_open() -> None:
    broker = Broker("a:1,b:2")

    assert broker.librdkafka() == {"bootstrap.servers": "a:1,b:2", "security.protocol": "PLAINTEXT"}
    assert broker.keywords() == {
        "bootstrap_servers": ["a:1", "b:2"],
        "security_protocol": "PLAINTEXT",
        "ssl_context": None,
    }


def test_every_client_shows_the_same_password_behind_tls(authority: Authority) -> None:
    broker = Broker("a:1", "SASL_SSL", "SCRAM-SHA-512", "mingjing", "secret", authority.certificate)
    theirs, python = broker.librdkafka(), broker.keywords()

    assert theirs["security.protocol"] == python["security_protocol"] == "SASL_SSL"
    assert theirs["sasl.mechanism"] == python["sasl_mechanism"] == "SCRAM-SHA-512"
    assert theirs["sasl.username"] == python["sasl_plain_username"] == "mingjing"
    assert theirs["sasl.password"] == python["sasl_plain_password"] == "secret"
    assert theirs["ssl.ca.location"] == str(authority.certificate)
    assert python["ssl_context"].verify_mode is ssl.CERT_REQUIRED


def test_a_key_may_lie_in_the_file_of_its_certificate(authority: Authority) -> None:
    pem = authority.issued("worker")
    broker = Broker("a:1", "SSL", authority=authority.certificate, certificate=pem)

    assert broker.librdkafka()["ssl.key.location"] == str(pem)
    assert broker.tls() is not None


def test_who_signs_need_not_be_named() -> None:
    broker = Broker("a:1", "SSL")

    assert "ssl.ca.location" not in broker.librdkafka()
    assert broker.tls() is not None


def test_a_broker_shown_in_a_log_keeps_the_password_to_itself() -> None:
    broker = Broker("a:1", "SASL_PLAINTEXT", "SCRAM-SHA-512", "mingjing", "secret")

    assert "secret" not in f"{broker} {broker!r}"
