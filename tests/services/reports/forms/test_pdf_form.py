import io
from collections import Counter

import msgspec
import pytest
from pypdf import PdfReader

from mingjing.services.reports.document import Efficiency
from mingjing.services.reports.forms.pdf_form import as_pdf
from mingjing.services.reports.gate import Balance


@pytest.fixture
def read(report: Efficiency) -> PdfReader:
    return PdfReader(io.BytesIO(as_pdf(report)))


def words(read: PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in read.pages).split())


def test_the_document_is_tagged_and_meant_for_the_archive(read: PdfReader) -> None:
    catalogue = read.trailer["/Root"]

    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "zh-CN"
    said = catalogue["/Metadata"].get_data()
    assert all(each in said for each in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<"))


def test_every_table_has_a_header_and_every_picture_words(read: PdfReader) -> None:
    found: Counter[str] = Counter()
    unsaid = []
    awaiting = [read.trailer["/Root"]["/StructTreeRoot"]]
    while awaiting:
        part = awaiting.pop().get_object()
        if not isinstance(part, dict):
            continue
        found[part.get("/S", "")] += 1
        unsaid += [part] if part.get("/S") == "/Figure" and not part.get("/Alt") else []
        under = part.get("/K", [])
        awaiting += under if isinstance(under, list) else [under]

    assert found["/Table"] > 0
    assert found["/THead"] == found["/Table"]
    assert (found["/Figure"], unsaid) == (3, [])


def test_a_plot_of_the_first_only_says_so(report: Efficiency) -> None:
    many = [msgspec.structs.replace(report.rules[0], rule=f"R-{n}") for n in range(13)]

    said = words(PdfReader(io.BytesIO(as_pdf(msgspec.structs.replace(report, rules=many)))))

    assert "列前12条，共13条" in said
    assert "列前" not in words(PdfReader(io.BytesIO(as_pdf(report))))


def test_every_rate_is_printed_with_its_numerator_and_denominator(read: PdfReader) -> None:
    assert "92.65%315/340" in words(read)


def test_who_is_not_ranked_is_named_with_the_reason(read: PdfReader) -> None:
    said = words(read)

    assert "数据完整率75.00%（30/40），低于95%" in said
    assert "本期没有业务的部门：云州市体育局" in said


def test_mechanisms_stand_apart_and_those_without_anything_are_named_in_a_sentence(read: PdfReader) -> None:
    said = words(read)

    assert "制度开展情况" in said
    assert "暗访6、电话暗访3" in said
    assert "68调研天数7.5天" in said
    assert "本期没有记录：阶段任务按期完成率、首办满意率" in said


def test_equal_reports_are_equal_documents(report: Efficiency) -> None:
    assert as_pdf(report) == as_pdf(report)


def test_a_ranking_that_is_too_long_to_print_says_how_many_follow(report: Efficiency) -> None:
    first = next(line for line in report.agencies if line.rank is not None)
    many = [msgspec.structs.replace(first, key=f"k{rank}", rank=rank) for rank in range(1, 52)]

    said = words(PdfReader(io.BytesIO(as_pdf(msgspec.structs.replace(report, agencies=many)))))

    assert "表列名次在前的40个部门，其后11个见工作簿" in said


def test_counts_of_the_balance_are_printed_as_counts_are_elsewhere(report: Efficiency) -> None:
    large = Balance(carried_in=182_000, taken_in=688_354, closed=687_373, carried_out=182_981)

    said = words(PdfReader(io.BytesIO(as_pdf(msgspec.structs.replace(report, balance=large)))))

    assert "期初在办182,000＋受理688,354－办结及终止687,373＝182,981，期末在办182,981，相符" in said
