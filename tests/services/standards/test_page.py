from pathlib import Path

from mingjing.services.standards.page import page


def test_the_document_of_the_standards_is_what_their_declarations_say() -> None:
    assert Path("docs/standards.md").read_text(encoding="utf-8") == page(), (
        "regenerate: python -m mingjing.services.standards.page > docs/standards.md"
    )
