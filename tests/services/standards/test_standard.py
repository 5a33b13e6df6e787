import pytest

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.rulebook_files import load_vocabularies
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.standard import read_standard

SMALL = """\
standard: small
title: 小标准
zone: Asia/Shanghai
objects:
  T:
    title: 表
    subject: no
    key: []
    columns:
      no: {title: 编号, needed: true}
      at: {title: 时间, type: time}
    events:
      - {type: case.applied, time: at}
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(PackRefused) as refused:
        read_standard(text, "small.yaml")
    return [f"{each.line}:{each.column} {each.message}" for each in refused.value.faults]


def test_the_shipped_standards_are_those_in_use() -> None:
    assert set(shipped_standards()) == {"up-pro", "guangdong", "gbt-39046"}


@pytest.mark.parametrize("name", sorted(shipped_standards()))
def test_every_event_and_field_of_a_shipped_standard_is_in_the_vocabulary(name: str) -> None:
    types = {each: spec for vocabulary in load_vocabularies().values() for each, spec in vocabulary.types.items()}

    for form in shipped_standards()[name].objects.values():
        for emission in form.events:
            assert set(emission.data) <= set(types[emission.type].fields), emission.type


def test_the_ten_objects_are_ten() -> None:
    assert len(shipped_standards()["guangdong"].objects) == 10


def test_a_column_that_is_not_there_is_refused_with_the_nearest_that_is() -> None:
    assert faults_of(SMALL.replace("time: at}", "time: att}")) == ["13:36 T has no column 'att'; did you mean 'at'?"]


def test_an_unknown_key_is_refused() -> None:
    assert "key 'colour' is not known here" in faults_of(SMALL.replace("type: time", "colour: time"))[0]


def test_a_zone_that_is_none_is_refused() -> None:
    assert "is not a time zone" in faults_of(SMALL.replace("Asia/Shanghai", "Asia/Yunzhou"))[0]
