"""Nothing in a table is written for nobody, and what agencies send is read by a rule or shown to people.

A column that no rule reads is a promise the supervision does not keep. Fields of events are also what the page of
a case shows, each with its title: those that are there for that alone are listed, so that a field which a rule
was meant to read cannot be forgotten.
"""

import re
from itertools import chain

import pytest
import yaml

from mingjing.rules.expression.envelope import OF_CONDITION
from mingjing.rules.tables import parse_table
from mingjing.rules.telling import condition
from mingjing.services.rulebook_files import shipped

LAW = "\n".join(
    path.read_text("utf-8").partition("\nexamples:")[0]
    for path in chain(shipped("packs").rglob("*.yaml"), shipped("vocabularies").glob("*.yaml"))
)
TABLES = [parse_table(path.read_text("utf-8"), path.name) for path in sorted(shipped("tables").glob("*.yaml"))]
FIELDS = {
    field
    for path in shipped("vocabularies").glob("*.yaml")
    for declared in yaml.safe_load(path.read_text("utf-8"))["types"].values()
    for field in declared.get("fields", {})
}
NAMED_FOR_PEOPLE = {"title"}
"""What a row is called, where no rule goes by the name."""

BY_THE_PROGRAM = {
    *("case", "by", "body", "conclusion", "demand", "measure", "measures", "note", "person", "proposal", "text"),  # 牌
    *("indicator", "month", "part", "whole", "peers"),  # ratio reads what the month job figured
    *("satisfied", "year", "from", "status", "served", "place", "found"),  # reports, ratio and frequency
}
"""Read by the workflow of cards, the month's figures and the kinds of rules that have names of their own for them."""

SHOWN = {
    *("applicant", "asker", "bidders", "complainant", "leader", "party", "recipient", "respondent_officer", "supplier"),
    *("first_officer", "participants", "role", "stakeholders"),  # who
    *("comment", "content", "evidence", "facts", "opinion", "rights", "goods", "manner", "service", "title", "topic"),
    *("done_on", "held_on", "published_at"),  # when
    *("issuer", "liable", "item_kind", "since"),  # what another system of supervision found
    *("batch", "budget", "duplicate_of", "n", "previous", "priority", "record_no", "to", "url"),
}
"""Shown on the page of the case and in its documents, and asked by no rule: who, what, when, and which paper."""


def _read(field: str) -> bool:
    asked = rf"\.data\.{field}\b|\b(data|case|event)\.{field}\b|carries: \[[^\]]*\b{field}\b|case: \[[^\]]*\b{field}\b"
    return re.search(asked, LAW) is not None


@pytest.mark.parametrize(("table", "column"), [(table.name, column) for table in TABLES for column in table.columns])
def test_every_column_of_a_table_is_read_by_a_rule_that_looks_it_up(table: str, column: str) -> None:
    looked_up = set(re.findall(rf"table\.{table}\.\w+\((\w+),", LAW))

    assert column in NAMED_FOR_PEOPLE or any(re.search(rf"\b{name}\.{column}\b", LAW) for name in looked_up)


def test_every_field_that_agencies_send_is_read_by_a_rule_or_the_program_or_is_there_to_be_shown() -> None:
    assert {field for field in FIELDS if not _read(field)} <= BY_THE_PROGRAM | SHOWN


def test_what_is_said_to_be_shown_only_is_read_by_no_rule() -> None:
    assert {field for field in SHOWN if field not in FIELDS or _read(field)} == set()


def test_a_card_has_a_word_for_every_member_of_an_envelope_that_a_rule_may_read() -> None:
    assert set(condition.ENVELOPE) == set(OF_CONDITION)
