import hashlib
import hmac

import pytest

from mingjing.services.auth.gate import Gate
from mingjing.services.auth.signature import SCHEMES, Issued, SignatureRefused, Signed, parse, sign

from .conftest import Instant

TARGET = "/v1/cards?limit=2"


@pytest.fixture
def issued(gate: Gate) -> Issued:
    return gate.signatures.issue(
        title="对账程序", role="clerk", region=None, agency="A", made_by="zhou", now_ms=gate.now_ms()
    )


def signed(issued: Issued, gate: Gate, scheme: str = "MJ-HMAC-SHA256", nonce: str = "n1", body: bytes = b"") -> Signed:
    timestamp = str(gate.now_ms() // 1000)
    told = sign(issued.secret, scheme, "GET", TARGET, timestamp, nonce, body)
    header = f"{scheme} key={issued.key.id},timestamp={timestamp},nonce={nonce},signature={told}"
    parsed = parse(header)
    assert parsed is not None
    return parsed


def refusal(gate: Gate, given: Signed, method: str = "GET", target: str = TARGET, body: bytes = b"") -> str:
    with pytest.raises(SignatureRefused) as raised:
        gate.signatures.believe(given, method, target, body, gate.now_ms())
    return str(raised.value)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_signed_request_is_its_programs(gate: Gate, issued: Issued, scheme: str) -> None:
    caller = gate.signatures.believe(signed(issued, gate, scheme), "GET", TARGET, b"", gate.now_ms())

    assert (caller.name, caller.role, caller.agency, caller.via) == (f"key:{issued.key.id}", "clerk", "A", "key")


@pytest.mark.parametrize(("scheme", "digest"), SCHEMES.items())
def test_the_signature_is_the_hmac_of_five_lines(scheme: str, digest: str) -> None:
    lines = f"POST\n/v1/events\n1790000000\nn\n{hashlib.sha256(b'{}').hexdigest()}"

    due = hmac.new(b"secret", lines.encode(), digest).hexdigest()
    assert sign("secret", scheme, "POST", "/v1/events", "1790000000", "n", b"{}") == due


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [("POST", TARGET, b""), ("GET", "/v1/cards?limit=200", b""), ("GET", TARGET, b"x")],
)
def test_what_was_not_signed_is_not_believed(gate: Gate, issued: Issued, method: str, target: str, body: bytes) -> None:
    assert "签名不符" in refusal(gate, signed(issued, gate), method, target, body)


def test_a_request_sent_again_is_refused(gate: Gate, issued: Issued) -> None:
    given = signed(issued, gate)
    gate.signatures.believe(given, "GET", TARGET, b"", gate.now_ms())

    assert "nonce=n1" in refusal(gate, given)


@pytest.mark.parametrize(("minutes", "believed"), [(5.0, True), (-5.0, True), (5.1, False), (-5.1, False)])
def test_a_clock_may_be_off_by_five_minutes(
    gate: Gate, issued: Issued, instant: Instant, minutes: float, *, believed: bool
) -> None:
    given = signed(issued, gate)
    instant.pass_minutes(minutes)

    if believed:
        assert gate.signatures.believe(given, "GET", TARGET, b"", gate.now_ms())
    else:
        assert "校准时钟" in refusal(gate, given)


def test_a_wrong_signature_uses_up_no_nonce(gate: Gate, issued: Issued) -> None:
    refusal(gate, signed(issued, gate), "POST")

    assert gate.signatures.believe(signed(issued, gate), "GET", TARGET, b"", gate.now_ms())


def test_a_revoked_key_opens_nothing(gate: Gate, issued: Issued) -> None:
    gate.registry.keys.revoke(issued.key.id, gate.now_ms())

    assert "无效" in refusal(gate, signed(issued, gate))


def test_an_unknown_key_is_refused_in_the_same_words(gate: Gate, issued: Issued) -> None:
    given = signed(issued, gate)
    unknown = Signed(given.scheme, "mk_none", given.timestamp, given.nonce, given.signature)

    assert "无效" in refusal(gate, unknown)


def test_the_secret_is_not_kept_in_the_clear(gate: Gate, issued: Issued) -> None:
    assert issued.secret not in repr(gate.registry.keys.all())


@pytest.mark.parametrize("header", ["Bearer x", "Basic x", ""])
def test_a_header_of_another_scheme_is_not_ours(header: str) -> None:
    assert parse(header) is None


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("MJ-HMAC-SM3 key=a", "timestamp、nonce、signature"),
        ("MJ-HMAC-SM3 key=a,key=b,nonce=c,signature=d", "timestamp"),
        ("MJ-HMAC-SM3 key=a,timestamp=1,nonce=c,signature=d,more=e", "各项只写一次"),
        ("MJ-HMAC-SM3 key=a b,timestamp=1,nonce=c,signature=d", "key"),
        ("MJ-HMAC-SM3 key=a,timestamp=1,nonce=c d,signature=d", "nonce"),
    ],
)
def test_an_ill_formed_header_is_told_its_form_and_what_is_wrong(header: str, wrong: str) -> None:
    with pytest.raises(SignatureRefused, match=f"key=…,timestamp=…,nonce=…,signature=….*写得不对：{wrong}$"):
        parse(header)


@pytest.mark.parametrize(("written", "says"), [("now", "不是 Unix 秒"), ("{ms}", "是毫秒；请写成 Unix 秒")])
def test_a_timestamp_in_another_form_is_not_called_a_clock_that_is_off(
    gate: Gate, issued: Issued, written: str, says: str
) -> None:
    timestamp = written.format(ms=gate.now_ms())
    given = Signed("MJ-HMAC-SHA256", issued.key.id, timestamp, "n", "0" * 64)

    told = refusal(gate, given)

    assert (says in told, str(gate.now_ms() // 1000) in told) == (True, True)
