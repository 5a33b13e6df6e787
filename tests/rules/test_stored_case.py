"""Stored state is held to its number: whoever changes its looks must say whether what was written before is read."""

from hashlib import blake2b
from typing import Any, get_args

import msgspec
import pytest

from mingjing.rules import desk, desk_state, stored_case
from mingjing.rules.case import Case
from mingjing.rules.events import Fact
from mingjing.rules.stored_case_dictionary import DICTIONARY

ASK = "the looks of stored state have changed: where `restore` cannot read what was written before, raise FORM; then {}"


def looks(*types: Any, beside: object = ()) -> str:
    """Return a digest of the fields, in their order, of the structs and of every struct in them."""
    fields: dict[str, list[tuple[str, str]]] = {}
    _describe(types, fields)
    return blake2b(repr((sorted(fields.items()), beside)).encode(), digest_size=4).hexdigest()


def _describe(types: tuple[Any, ...], fields: dict[str, list[tuple[str, str]]]) -> None:
    for each in types:
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__name__ not in fields:
            found = msgspec.structs.fields(each)
            fields[each.__name__] = [(field.encode_name, str(field.type)) for field in found]
            _describe(tuple(field.type for field in found), fields)
        _describe(get_args(each), fields)


@pytest.mark.parametrize(
    ("form", "number", "digest"),
    [
        (
            stored_case.FORM,
            3,
            (looks(stored_case.StoredCase, stored_case.StoredBody, Fact, beside=DICTIONARY), "3845bc54"),
        ),
        (desk.FORM, 2, (looks(desk_state.Held, desk_state.Stub), "14520ca7")),
    ],
    ids=["case", "card"],
)
def test_state_looks_as_its_form_says(form: int, number: int, digest: tuple[str, str]) -> None:
    found, pinned = digest

    assert (form, found) == (number, pinned), ASK.format(f"pin {found}")


def test_a_case_is_read_back_with_its_facts_as_they_were(story: list[Fact]) -> None:
    case = Case("11990100MB00000435/STHJ2026070100811")
    for fact in story[:5]:
        case.add(fact)
    whole = stored_case.packed(case, "law")
    for fact in story[5:]:
        case.add(fact)
    change = stored_case.change(case, "law") or b""

    assert stored_case.unpacked(case.key, whole, change).facts == story


def test_a_case_of_eight_events_lies_in_six_hundred_bytes(story: list[Fact]) -> None:
    case = Case("11990100MB00000435/STHJ2026070100811")
    for fact in story:
        case.add(fact)

    assert len(stored_case.packed(case, "dba1b8e2c04f7a91")) < 600


@pytest.fixture
def story() -> list[Fact]:
    """The events of a licence as an agency reports them; people are known by keyed hashes."""
    officers = [blake2b(b"%d" % number, digest_size=16).hexdigest() for number in range(4)]
    told: list[tuple[str, str | None, str | None, dict[str, Any]]] = [
        ("case.applied", None, "窗口", {"channel": "window"}),
        (
            "case.accepted",
            officers[0],
            "窗口",
            {"doc_no": "云受理〔2026〕100811号", "doc_date": "2026-07-01", "channel": "centre"},
        ),
        ("step.started", officers[1], "审查", {}),
        ("step.completed", officers[1], "审查", {"opinion": "符合条件"}),
        ("step.started", officers[2], "决定", {}),
        ("step.completed", officers[2], "决定", {"opinion": "符合条件"}),
        ("case.decided", officers[2], "决定", {"result": "granted", "doc_no": "云准予〔2026〕100811号"}),
        ("case.delivered", officers[3], None, {"receipt_no": "云送达〔2026〕100811号"}),
    ]
    begin = 1_782_868_090_000_000
    return [
        Fact(
            id=f"STHJ2026070100811-{number:02}",
            source="urn:yunzhou:sthj",
            type=kind,
            at=begin + number**3 * 7_211_000_000,
            stamp=begin + number**3 * 7_211_000_000 + 55_000_000,
            item="11990100MB000004353000116004000",
            agency="11990100MB00000435",
            region="990100000000",
            officer=officer,
            post=post,
            step=post if kind.startswith("step") else None,
            data=data,
        )
        for number, (kind, officer, post, data) in enumerate(told)
    ]
