"""Settings of Kafka that do not fit each other are refused by name."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from mingjing.services.settings import SettingsRefused, read_settings
from mingjing.services.stack.certificates import Authority


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kafka_user": "mingjing"}, "MINGJING_KAFKA_USER is set, but MINGJING_KAFKA_SECURITY=PLAINTEXT shows no"),
        ({"kafka_security": "SSL", "kafka_password": "x"}, "MINGJING_KAFKA_PASSWORD is set, but"),
        ({"kafka_ca": Path("ca.pem")}, "MINGJING_KAFKA_CA is set, but MINGJING_KAFKA_SECURITY=PLAINTEXT speaks no TLS"),
        ({"kafka_security": "SASL_SSL", "kafka_password": "x"}, "needs MINGJING_KAFKA_USER"),
        ({"kafka_security": "SASL_SSL", "kafka_user": "u"}, "needs one of MINGJING_KAFKA_PASSWORD_FILE and"),
        (
            {
                "kafka_security": "SASL_SSL",
                "kafka_user": "u",
                "kafka_password": "x",
                "kafka_password_file": Path("password"),
            },
            "needs one of MINGJING_KAFKA_PASSWORD_FILE and",
        ),
        (
            {
                "kafka_security": "SASL_PLAINTEXT",
                "kafka_mechanism": "PLAIN",
                "kafka_user": "u",
                "kafka_password": "x",
            },
            "MINGJING_KAFKA_MECHANISM=PLAIN would send the password in the open",
        ),
        ({"kafka_security": "SSL", "kafka_key": Path("key.pem")}, "MINGJING_KAFKA_KEY is set without"),
        ({"kafka_security": "SSL", "kafka_ca": Path("absent.pem")}, "MINGJING_KAFKA_CA=absent.pem: "),
        (
            {"kafka_security": "SASL_SSL", "kafka_user": "u", "kafka_password_file": Path("absent")},
            "MINGJING_KAFKA_PASSWORD_FILE=absent: ",
        ),
        ({"kafka_security": "TLS"}, "MINGJING_KAFKA_SECURITY='TLS'"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(**given)

    assert said in str(refused.value)


def test_a_password_comes_from_its_file_without_the_line_s_end(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("口令 with space\n", "utf-8")

    settings = read_settings(kafka_security="SASL_PLAINTEXT", kafka_user="mingjing", kafka_password_file=file)

    assert settings.broker.password == "口令 with space"  # noqa: S105  # of this test


def test_an_empty_password_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("\n", "utf-8")

    with pytest.raises(SettingsRefused, match="the file is empty"):
        read_settings(kafka_security="SASL_SSL", kafka_user="mingjing", kafka_password_file=file)


def test_a_key_of_another_certificate_is_refused_at_start(tmp_path: Path) -> None:
    ours, others = Authority(tmp_path / "ours"), Authority(tmp_path / "others")

    with pytest.raises(SettingsRefused, match=r"MINGJING_KAFKA_KEY=.*: .*mismatch"):
        read_settings(
            kafka_security="SSL",
            kafka_ca=ours.certificate,
            kafka_certificate=ours.issued("worker"),
            kafka_key=others.issued("worker"),
        )


def test_a_locked_key_is_refused_and_nobody_is_asked(tmp_path: Path) -> None:
    authority, locked = Authority(tmp_path), tmp_path / "locked.pem"
    cipher = BestAvailableEncryption(b"secret")
    locked.write_bytes(generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, cipher))

    with pytest.raises(SettingsRefused, match="locked by a password"):
        read_settings(kafka_security="SSL", kafka_certificate=authority.issued("worker"), kafka_key=locked)
