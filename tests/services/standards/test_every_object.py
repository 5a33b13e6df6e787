"""Every event that a row of any object may stand for comes out of such a row, and intake takes it."""

import msgspec
import orjson
import pytest

from mingjing.rules.events import Event
from mingjing.services.standards.rows import translate
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.standard import Column, Emission, ExchangeObject, Standard
from mingjing.streams.ports import Principal
from mingjing.streams.vouch import vet

SOURCE = "urn:yunzhou:scjg"
US = Principal(agency="11990100MB0000019L", sources=frozenset([SOURCE]))
OF_TYPE = {"text": "字", "integer": "1", "number": "1.5", "time": "2026-03-06 10:00:00", "flag": "1"}
OF_ATTRIBUTE = {"item": "11440232MB2D06811W4000117051000", "region": "330102", "agency": US.agency}
TOLD = [
    pytest.param(standard, form, each, id=f"{standard.name} {form.name} {each.type} by {each.time}")
    for standard in shipped_standards().values()
    for form in standard.objects.values()
    for each in form.events
]


def filled(form: ExchangeObject, column: Column, emission: Emission) -> str:
    """Return a value of the column by which the row says what the emission asks, and takes nothing back."""
    if column.name in emission.when:
        return emission.when[column.name][0]
    if column.becomes in OF_ATTRIBUTE:
        return OF_ATTRIBUTE[column.becomes]
    strange = {*form.void.get(column.name, ()), *form.changed.get(column.name, ())}
    plain = [code for code in column.codes if code not in strange]
    return plain[0] if plain else OF_TYPE[column.type]


@pytest.mark.parametrize(("standard", "form", "emission"), TOLD)
def test_every_event_a_row_may_stand_for_is_taken(standard: Standard, form: ExchangeObject, emission: Emission) -> None:
    row = {name: filled(form, column, emission) for name, column in form.columns.items()}

    events = translate(standard, form, row, SOURCE).events

    told = [each for each in events if each["type"] == emission.type]
    assert [each for each in events if not isinstance(vet(orjson.dumps(each), US), Event)] == []
    assert told
    assert any(set(each.get("data", {})) >= set(emission.data) for each in told)
    assert all(each["subject"] == row[form.subject] for each in told)
    assert all(msgspec.convert(each, Event).time.tzinfo is not None for each in told)


def test_the_tables_of_the_national_exchange_are_all_there() -> None:
    told = shipped_standards()["up-pro"].objects

    assert list(told) == [f"up_pro_{each}" for each in ("accept", "process", "special_procedure", "material", "result")]
