from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.uploads.blank import blank_form
from mingjing.services.uploads.mapping import match_header

FORMS = [(standard, form) for standard in shipped_standards().values() for form in standard.objects.values()]


@pytest.mark.parametrize(("standard", "form"), FORMS, ids=lambda each: each.name)
def test_the_blank_form_has_a_header_that_uploads_understand(standard: object, form: object) -> None:
    sheet = CalamineWorkbook.from_filelike(BytesIO(blank_form(standard, form))).get_sheet_by_index(0)  # type: ignore[arg-type]

    assert match_header(tuple(map(str, sheet.to_python()[0])), form) == list(form.columns)  # type: ignore[arg-type,attr-defined]
