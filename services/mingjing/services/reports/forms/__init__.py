"""The forms a report is handed over in: JSON, CSV, XLSX, PDF, and the 通报 as an official document.

Every form shows the same document; none of them counts anything.
"""

from pathlib import Path

import msgspec

from mingjing.services.reports.assessing import AssessmentDocument
from mingjing.services.reports.document import Efficiency
from mingjing.services.reports.forms.assessment_pdf import assessment_pdf
from mingjing.services.reports.forms.assessment_xlsx import assessment_xlsx
from mingjing.services.reports.forms.csv_form import as_csv
from mingjing.services.reports.forms.json_form import as_json
from mingjing.services.reports.forms.pdf_form import as_pdf
from mingjing.services.reports.forms.xlsx_form import as_xlsx

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
ASSESSMENT_FORMS = ("json", "xlsx", "pdf")
"""What an assessment can be had as: a table of figures alone would not say where points come from."""

__all__ = [
    "ASSESSMENT_FORMS",
    "MEDIA_TYPES",
    "as_csv",
    "as_json",
    "as_pdf",
    "as_xlsx",
    "rendered",
    "rendered_assessment",
]


def rendered(report: Efficiency, form: str, fonts: Path | None = None) -> bytes:
    """Return the report in one of `MEDIA_TYPES`, typeset with `fonts`; KeyError for another form."""
    if form == "pdf":
        return as_pdf(report, fonts)
    return {"json": as_json, "csv": as_csv, "xlsx": as_xlsx}[form](report)


def rendered_assessment(document: AssessmentDocument, form: str, fonts: Path | None, console: str) -> bytes:
    """Return the assessment in one of `ASSESSMENT_FORMS`, its cards linked to the `console`."""
    if form == "pdf":
        return assessment_pdf(document, fonts, console)
    if form == "xlsx":
        return assessment_xlsx(document, console)
    return msgspec.json.encode(document)
