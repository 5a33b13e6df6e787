import hashlib
from pathlib import Path

import yaml

from mingjing.services.agencies import read_agencies
from mingjing.services.demo.roster import roster

TYPES = ("case.applied", "cmp.closed", "cmp.received", "event.voided")


def listed(tmp_path: Path) -> Path:
    agencies = [
        {"code": "11990100MB0000019L", "title": "甲局", "kind": "window", "sources": ["urn:a"], "types": ["*"]},
        {"code": "11990100MB00001666", "title": "热线", "kind": "hotline", "sources": ["urn:b"], "types": ["cmp.*"]},
        {"code": "54990122MB00002468", "title": "村", "kind": "window", "sources": ["urn:c"]},
    ]
    document = {
        "agencies": [each | {"region": "990100000000"} for each in agencies],
        "regions": [{"code": "990100000000", "title": "云州市", "tier": "市"}],
    }
    path = tmp_path / "agencies.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


def test_departments_write_to_kafka_and_the_others_post(tmp_path: Path) -> None:
    senders = roster(listed(tmp_path), TYPES, tmp_path / "out.yaml")

    assert [sender.key is not None for sender in senders] == [False, True, True]


def test_a_key_opens_the_gateway_of_its_agency_alone(tmp_path: Path) -> None:
    senders = roster(listed(tmp_path), TYPES, tmp_path / "out.yaml")

    agencies = read_agencies(tmp_path / "out.yaml")

    keys = {sender.agency: sender.key for sender in senders if sender.key}
    for agency, key in keys.items():
        principal = agencies.of_key(hashlib.sha256(key.encode()).hexdigest())
        assert principal is not None
        assert principal.agency == agency


def test_no_quota_slows_the_demo(tmp_path: Path) -> None:
    roster(listed(tmp_path), TYPES, tmp_path / "out.yaml")

    assert {each.quota for each in read_agencies(tmp_path / "out.yaml").agencies} == {None}


def test_patterns_are_spelt_out_so_that_an_unknown_type_is_refused(tmp_path: Path) -> None:
    roster(listed(tmp_path), TYPES, tmp_path / "out.yaml")

    allowed = [each.types for each in read_agencies(tmp_path / "out.yaml").agencies]

    assert allowed == [frozenset(TYPES), frozenset({"cmp.closed", "cmp.received"}), frozenset(TYPES)]
