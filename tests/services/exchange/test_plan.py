from collections.abc import Mapping
from pathlib import Path

import pytest

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import Agencies
from mingjing.services.exchange.plan import read_plan

HELD = {"EXCHANGE_URL": "sqlite://"}
TABLE = """
sources:
  - name: scjg
    kind: table
    agency: 91330100MA00000001
    source: urn:a
    standard: up-pro
    object: up_pro_accept
    url_env: EXCHANGE_URL
    table: up_pro_accept
    key: [projid]
    mode: flag
    column: signstate
    every_s: 5
"""


def refusal(text: str, agencies: Agencies, environment: Mapping[str, str] = HELD) -> str:
    with pytest.raises(PackRefused) as refused:
        read_plan(text, "exchange.yaml", agencies, environment)
    return str(refused.value)


def test_a_table_is_planned_with_the_address_the_environment_holds(agencies: Agencies) -> None:
    (source,) = read_plan(TABLE, "exchange.yaml", agencies, {"EXCHANGE_URL": "sqlite:///x"})

    assert (source.url, source.every_s, source.form.name) == ("sqlite:///x", 5, "up_pro_accept")
    assert source.table is not None
    assert (source.table.mode, source.table.key) == ("flag", ("projid",))


def test_a_source_says_which_of_its_columns_is_which_of_the_standard(agencies: Agencies) -> None:
    (source,) = read_plan(TABLE + "    columns: [流水号=办件编号, 备注=]\n", "exchange.yaml", agencies, HELD)

    assert source.columns == {"流水号": "project_no", "备注": ""}


def test_an_address_in_the_plan_itself_is_refused(agencies: Agencies) -> None:
    said = refusal(TABLE.replace("url_env: EXCHANGE_URL", "url: postgresql://u:p@h/d"), agencies)

    assert "url" in said


def test_an_address_that_is_nowhere_is_named(agencies: Agencies) -> None:
    assert "the environment has no EXCHANGE_URL" in refusal(TABLE, agencies, {})


def test_an_address_may_lie_in_a_file(agencies: Agencies, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("sqlite:///y\n", encoding="utf-8")
    text = TABLE.replace("url_env: EXCHANGE_URL", f"url_file: {tmp_path / 'url'}")

    assert read_plan(text, "exchange.yaml", agencies, {})[0].url == "sqlite:///y"


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ("agency: 91330100MA00000001", "agency: 91330100MA0000000X", "not the code of an agency"),
        ("source: urn:a", "source: urn:b", "it has urn:a"),
        ("standard: up-pro", "standard: up-por", "up-pro"),
        ("object: up_pro_accept", "object: up_pro_acept", "up_pro_accept"),
        ("every_s: 5", "evry_s: 5", "every_s"),
        ("every_s: 5", "columns: [流水号=办件号码]", "办件编号"),
        ("every_s: 5", "row: row_gid", "did you mean 'row_guid'"),
        ("kind: table", "kind: folder", "path"),
    ],
)
def test_what_a_plan_says_wrongly_is_named_with_the_remedy(
    agencies: Agencies, there: str, instead: str, said: str
) -> None:
    assert said in refusal(TABLE.replace(there, instead), agencies)


def test_two_sources_of_one_name_are_refused(agencies: Agencies) -> None:
    twice = TABLE + TABLE.replace("sources:", "").lstrip("\n")

    assert "already" in refusal(twice, agencies)
