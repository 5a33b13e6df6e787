"""An assessment as PDF: the ranking, then for every agency each line with its reason and its cards as links."""

from pathlib import Path
from typing import Any

from mingjing.services.reports.assessing import AssessmentDocument, Result
from mingjing.services.reports.forms.typeset import typeset
from mingjing.services.reports.forms.words import day, origin_rows, score_of, standing_of

_TEMPLATE = Path(__file__).with_name("assessment.typ")
_LISTED = 10
"""Cards of a line that are printed; the workbook has them all."""


def assessment_pdf(document: AssessmentDocument, fonts: Path | None, console: str) -> bytes:
    """Return the assessment, typeset; `console` is where its links lead."""
    return typeset(_TEMPLATE, {"assessment.json": content(document, console)}, fonts)


def content(document: AssessmentDocument, console: str) -> dict[str, Any]:
    """Return what the template prints, every figure already written out."""
    origin = document.origin
    frozen = "、".join(f"{month} 第 {revision} 版" for month, revision in sorted(origin.revisions.items()))
    return {
        "title": document.title,
        "day": day(origin.counted_ms),
        "state": frozen if origin.frozen else "未冻结，数字仍会随迟到的报送变化",
        "formula": f"{document.formula}（{document.version}），满分 {document.full} 分",
        "basis": "、".join(document.basis),
        "ranked": [_row(each) for each in document.results if each.assessed.rank is not None],
        "held": [
            {"title": each.title, "score": score_of(each.assessed), "reasons": "；".join(each.assessed.held_back)}
            for each in document.results
            if each.assessed.rank is None
        ],
        "agencies": [
            _agency(each, console) for each in document.results if any(it.counted for it in each.assessed.lines)
        ],
        "origin": origin_rows(origin),
    }


def _row(result: Result) -> dict[str, Any]:
    assessed = result.assessed
    return {
        "rank": assessed.rank,
        "title": result.title,
        "score": str(assessed.score),
        "grade": assessed.grade or "",
        "said": standing_of(assessed),
    }


def _agency(result: Result, console: str) -> dict[str, Any]:
    assessed = result.assessed
    return {
        "title": result.title,
        "score": str(assessed.score),
        "factor": str(assessed.factor),
        "lines": [
            {
                "part": line.part,
                "title": line.title,
                "full": str(line.full) if line.full else "—",
                "points": str(line.points) if line.counted else "不计",
                "why": line.why,
                "cards": [{"id": card, "link": f"{console}/cards?card={card}"} for card in line.cards[:_LISTED]],
                "more": f"{len(line.cards) - _LISTED:,}" if len(line.cards) > _LISTED else "",
            }
            for line in assessed.lines
        ],
    }
