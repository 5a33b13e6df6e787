from pathlib import Path

import pytest

from mingjing.rules.workflow_steps import STEPS
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.documents.shelf import load_templates


def test_every_document_that_a_step_asks_for_has_a_template() -> None:
    assert {step.document for step in STEPS if step.document} <= set(load_templates())


def test_an_offices_own_wording_replaces_the_shipped_one(tmp_path: Path) -> None:
    own = (
        "document: reminder\ntitle: 温馨提示\nmasthead: '{issuer}'\nnumber: 提〔{year}〕{n}号\n"
        "subject: 提示\naddressee: '{agency}'\nbody:\n  - paragraph: 请抓紧办理。\n"
    )
    (tmp_path / "reminder.yaml").write_text(own, encoding="utf-8")

    assert load_templates(tmp_path)["reminder"].title == "温馨提示"


def test_a_template_that_no_step_asks_for_is_refused(tmp_path: Path) -> None:
    shipped = Path("services/mingjing/services/documents/templates/reminder.yaml").read_text(encoding="utf-8")
    (tmp_path / "praise.yaml").write_text(shipped.replace("document: reminder", "document: praise"), encoding="utf-8")

    with pytest.raises(PackRefused, match="no step asks for a document 'praise'"):
        load_templates(tmp_path)
