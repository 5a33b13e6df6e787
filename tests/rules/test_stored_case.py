"""Stored state is held to its number: whoever changes its looks must say whether what was written before is read."""

from hashlib import blake2b
from typing import Any, get_args

import msgspec
import pytest

from mingjing.rules import desk, packed_facts, stored_case

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


ROWS = (packed_facts.WHO, packed_facts.FIXED, packed_facts.USUAL)


@pytest.mark.parametrize(
    ("form", "number", "digest"),
    [
        (stored_case.FORM, 2, (looks(stored_case.StoredCase, stored_case.StoredBody, beside=ROWS), "bdff2fed")),
        (desk.FORM, 2, (looks(desk._Held), "6a9acba8")),
    ],
    ids=["case", "card"],
)
def test_state_looks_as_its_form_says(form: int, number: int, digest: tuple[str, str]) -> None:
    found, pinned = digest

    assert (form, found) == (number, pinned), ASK.format(f"pin {found}")
