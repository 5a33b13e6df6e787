from pathlib import Path

import pytest

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import QUOTA, Agencies, parse_agencies, read_agencies
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic

CODE, OTHER = "11990100MB0000019L", "11990100MB0000027F"
KEY = "ab" * 32

TWO = f"""
agencies:
  - code: {CODE}
    title: 云州市市场监督管理局
    region: "990100000000"
    kind: window
    sources: [urn:yunzhou:scjg]
    key_sha256: {KEY}
    delay_s: 0
    types: ['*']
  - code: {OTHER}
    title: 云州市卫生健康委员会
    region: "990100000000"
    sources: [urn:yunzhou:wjw, urn:yunzhou:wjw:night]
    delay_s: 86400
    types: [case.accepted, case.decided]
regions:
  - {{code: "990100000000", title: 云州市, tier: 市}}
"""


@pytest.fixture
def two() -> Agencies:
    return parse_agencies(TWO, "agencies.yaml")


def faults(text: str) -> str:
    with pytest.raises(PackRefused) as refused:
        parse_agencies(text, "agencies.yaml")
    return str(refused.value)


def test_a_topic_belongs_to_its_agency(two: Agencies) -> None:
    assert two.of_topic(ingest_topic(CODE)) == Principal(agency=CODE, sources=frozenset({"urn:yunzhou:scjg"}))


def test_a_topic_of_no_agency_belongs_to_nobody(two: Agencies) -> None:
    assert two.of_topic("ingest.unknown") is None


def test_a_key_is_found_by_its_hash(two: Agencies) -> None:
    principal = two.of_key(KEY)

    assert principal is not None
    assert principal.agency == CODE


def test_an_agency_without_a_key_cannot_be_found_by_none(two: Agencies) -> None:
    assert two.of_key("") is None


def test_a_list_of_types_is_all_it_may_report(two: Agencies) -> None:
    principal = two.of_topic(ingest_topic(OTHER))

    assert principal is not None
    assert principal.types == {"case.accepted", "case.decided"}


def test_delays_are_told_by_source_in_microseconds(two: Agencies) -> None:
    night = 86_400_000_000

    assert two.delays() == {"urn:yunzhou:wjw": night, "urn:yunzhou:wjw:night": night}


@pytest.mark.parametrize(
    ("found", "instead", "fault"),
    [
        (CODE, "11990100", "'11990100' is not a unified social credit code"),
        ('region: "990100000000"\n    kind', 'region: "990199000000"\n    kind', "is not among the regions"),
        ("urn:yunzhou:wjw,", "urn:yunzhou:scjg,", f"taken already, by agency {CODE}"),
        (KEY, "secret", "is not a SHA-256"),
        ("delay_s: 86400", "delay_s: 1d", "'1d' is not a whole number of seconds"),
        ("tier: 市", "tier: 州", "'州' is not one of"),
        ("kind: window", "knid: window", "key 'knid' is not known here"),
        ("    sources: [urn:yunzhou:scjg]\n", "", "key 'sources' is missing"),
    ],
)
def test_a_fault_is_shown_at_its_place(found: str, instead: str, fault: str) -> None:
    text = faults(TWO.replace(found, instead, 1))

    assert fault in text
    assert text.startswith("agencies.yaml:")


def test_a_code_may_stand_only_once() -> None:
    assert "taken already" in faults(TWO.replace(OTHER, CODE))


def test_every_fault_is_told_at_once() -> None:
    text = faults(TWO.replace(KEY, "secret").replace("delay_s: 86400", "delay_s: 1d"))

    assert text.count("agencies.yaml:") == 2


def test_the_agencies_of_the_local_installation_can_be_read() -> None:
    path = Path(__file__).parents[2] / "deploy" / "local" / "agencies.yaml"

    assert len(read_agencies(path).agencies) == len(set(read_agencies(path).agency_codes()))


@pytest.mark.parametrize(
    ("of_all", "of_one", "quota"),
    [
        ("", "", QUOTA),
        ("", "quota: 6000", 6000),
        ("", "quota: none", None),
        ("quota: 9000", "", 9000),
        ("quota: none", "", None),
        ("quota: none", "quota: 6000", 6000),
    ],
)
def test_an_agency_has_its_own_quota_or_that_of_all(of_all: str, of_one: str, quota: int | None) -> None:
    text = TWO.replace("    delay_s: 0\n", f"    delay_s: 0\n    {of_one}\n") + of_all

    assert parse_agencies(text, "agencies.yaml").agencies[0].quota == quota


@pytest.mark.parametrize("quota", ["999", "-1", "many", "null", "[6000]"])
def test_a_quota_that_is_none_is_refused_wherever_it_stands(quota: str) -> None:
    assert "agencies.yaml:" in faults(TWO.replace("    delay_s: 0\n", f"    quota: {quota}\n    delay_s: 0\n"))
    assert "agencies.yaml:" in faults(f"{TWO}quota: {quota}\n")


OUTAGE = "    outages: [{from: '2026-04-08 08:00', to: 2026-04-09, why: 机房迁移}]\n"


def test_an_outage_to_a_date_lasts_to_its_end() -> None:
    agencies = parse_agencies(TWO.replace("    delay_s: 0\n", "    delay_s: 0\n" + OUTAGE), "agencies.yaml")

    assert agencies.outages() == {CODE: ((1775606400000000, 1775750399999999),)}


@pytest.mark.parametrize(
    ("outage", "message"),
    [
        ("{from: 2026-04-09, to: 2026-04-08, why: x}", "an outage ends before it begins"),
        ("{from: 2026-04-09, to: someday, why: x}", "'someday' is neither a date nor an instant"),
        ("{from: 2026-04-09, to: 2026-04-10}", "key 'why' is missing"),
    ],
)
def test_an_outage_that_cannot_be_is_refused(outage: str, message: str) -> None:
    assert message in faults(TWO.replace("    delay_s: 0\n", f"    delay_s: 0\n    outages: [{outage}]\n"))


POINTS = """
monitoring_points:
  - {code: 91990100MB0000001Q, title: 云州盛源餐饮有限公司}
  - {code: 91990100MB0000002Q, title: 云州瑞丰建筑有限公司}
"""


def test_monitoring_points_have_names() -> None:
    assert parse_agencies(TWO + POINTS, "agencies.yaml").points == {
        "91990100MB0000001Q": "云州盛源餐饮有限公司",
        "91990100MB0000002Q": "云州瑞丰建筑有限公司",
    }


def test_an_installation_may_have_no_monitoring_points(two: Agencies) -> None:
    assert two.points == {}


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (("MB0000002Q", "MB0000001Q"), "monitoring point '91990100MB0000001Q' is taken already"),
        (("91990100MB0000002Q", "云州瑞丰"), "'云州瑞丰' is not a unified social credit code of 18 characters"),
        (("title: 云州瑞丰建筑有限公司", "name: 云州瑞丰建筑有限公司"), "key 'name' is not known here"),
        ((", title: 云州瑞丰建筑有限公司", ""), "title"),
    ],
)
def test_a_monitoring_point_that_cannot_be_told_from_another_is_refused(spoilt: tuple[str, str], told: str) -> None:
    assert told in faults(TWO + POINTS.replace(*spoilt))
