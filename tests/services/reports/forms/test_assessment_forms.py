"""An assessment handed over: every point, every reason and every card is in it, and the workbook computes."""

import io
from decimal import Decimal

import msgspec
import openpyxl
import pytest
from pypdf import PdfReader
from tests.services.reports.forms.computing import computed

from mingjing.rules.assessment import Assessed, Points
from mingjing.services.reports.assessing import AssessmentDocument, Result
from mingjing.services.reports.document import Origin
from mingjing.services.reports.forms.assessment_pdf import assessment_pdf, content
from mingjing.services.reports.forms.assessment_xlsx import assessment_xlsx

CONSOLE = "https://mj.example.test/console"


def points(line: str, full: str, given: str, why: str, *cards: str, counted: bool = True) -> Points:
    return Points(line, "期限", f"项目{line}", Decimal(full), Decimal(given), why, cards, counted)


def result(agency: str, title: str, lines: list[Points], score: str, factor: str, **more: object) -> Result:
    known: dict[str, object] = {"grade": "优秀", "rank": 1, "last": False, "failed_twice": False, "held_back": ()}
    return Result(
        title, Assessed(agency=agency, score=Decimal(score), factor=Decimal(factor), lines=lines, **(known | more))
    )  # type: ignore[arg-type]  # the fields are named in each result


@pytest.fixture
def document(origin: Origin) -> AssessmentDocument:
    good = [
        points("a", "60", "60", "100.00%（40/40）"),
        points("b", "20", "15", "TL-04 发牌 1 张，每张扣 5 分", "card-1"),
        points("c", "20", "0", "没有相应业务，不计", counted=False),
        points("d", "0", "3", "压缩 30.00%，加 3 分"),
    ]
    bad = [points("a", "60", "0", "80.00%（32/40）"), points("b", "20", "10", "两张", "card-2", "card-3")]
    bad += [points("c", "20", "20", "好"), points("d", "0", "-2", "少 2%")]
    held = [points("a", "60", "60", "100.00%（9/9）")]
    return AssessmentDocument(
        period="2026",
        title="云州市 2026 年绩效考评",
        formula="测评",
        version="1",
        basis=["惠府办〔2008〕26号"],
        full=Decimal(100),
        origin=origin,
        results=[
            result("91A", "甲局", good, "97.50", "1.2500"),
            result("91B", "=乙局", bad, "28.00", "1.0000", grade="不合格", rank=2, last=True, failed_twice=True),
            result(
                "91C", "丙局", held, "100.00", "1.6667", grade=None, rank=None, held_back=("办结 9 件，不足 30 件",)
            ),
            result("91D", "丁局", [], "0", "0", grade=None, rank=None, held_back=("本期没有业务",)),
        ],
    )


def test_the_workbook_computes_every_score_from_the_points_of_its_lines(document: AssessmentDocument) -> None:
    book = openpyxl.load_workbook(io.BytesIO(assessment_xlsx(document, CONSOLE)))
    known = openpyxl.load_workbook(io.BytesIO(assessment_xlsx(document, CONSOLE)), data_only=True)

    found = computed(book)

    for row, (score, factor) in enumerate([(97.5, 1.25), (28.0, 1.0), (100.0, 1.6667)], start=5):
        assert found["得分", f"D{row}"] == pytest.approx(score)
        assert found["得分", f"H{row}"] == pytest.approx(factor)
        assert known["得分"][f"D{row}"].value == pytest.approx(score)
    assert [book["得分"][f"{column}8"].value for column in "DEJ"] == ["—", "不评等次", "本期没有业务"]
    assert len(book["得分"]._charts) == 1  # type: ignore[attr-defined]  # openpyxl tells it nowhere else


def test_every_card_that_cost_points_is_a_link(document: AssessmentDocument) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(assessment_xlsx(document, CONSOLE)))["扣分的牌"]

    assert [cell.value for (cell,) in sheet["D2:D4"]] == [
        f'=HYPERLINK("{CONSOLE}/cards?card=card-{n}","card-{n}")' for n in (1, 2, 3)
    ]


def test_a_line_of_a_great_many_cards_prints_some_and_says_how_many_more(document: AssessmentDocument) -> None:
    many = points("b", "20", "0", "许多", *(f"card-{n}" for n in range(1_234)))
    crowded = msgspec.structs.replace(
        document, results=[result("91A", "甲局", [many], "0", "1.0000"), *document.results[1:]]
    )

    (line,) = content(crowded, CONSOLE)["agencies"][0]["lines"]
    assert (len(line["cards"]), line["more"]) == (10, "1,224")
    pages = PdfReader(io.BytesIO(assessment_pdf(crowded, None, CONSOLE))).pages
    assert "另1,224张见工作簿" in "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def test_the_name_of_an_agency_is_never_a_formula(document: AssessmentDocument) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(assessment_xlsx(document, CONSOLE)))["得分"]

    assert sheet["C6"].value == "=乙局"
    assert sheet["C6"].data_type == "s"


def test_the_document_says_every_reason_and_leads_to_every_card(document: AssessmentDocument) -> None:
    reader = PdfReader(io.BytesIO(assessment_pdf(document, None, CONSOLE)))
    text = "".join(page.extract_text() for page in reader.pages)
    links = {
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    }

    assert next(each["score"] for each in content(document, CONSOLE)["held"] if each["title"] == "丁局") == "—"
    for said in ("末位；连续两年不合格", "办结 9 件，不足 30 件", "TL-04 发牌 1 张，每张扣 5 分", "不计"):
        assert said in text.replace("\n", "")
    assert links == {f"{CONSOLE}/cards?card=card-{n}" for n in (1, 2, 3)}


def test_equal_assessments_are_equal_files(document: AssessmentDocument) -> None:
    assert assessment_xlsx(document, CONSOLE) == assessment_xlsx(document, CONSOLE)
    assert assessment_pdf(document, None, CONSOLE) == assessment_pdf(document, None, CONSOLE)
