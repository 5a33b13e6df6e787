from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from mingjing.services.documents.letter import Letter
from mingjing.services.documents.word import docx_of


def test_a_letter_can_be_edited_in_the_order_it_is_read(letter: Letter) -> None:
    lines = [each.text.strip("　") for each in Document(BytesIO(docx_of(letter))).paragraphs]

    assert lines == [
        "云州市政务服务管理局文件",
        "云监通〔2026〕12号",
        "关于“食品经营许可”办件超法定时限的电子监察通知书",
        "云州市市场监督管理局：",
        "经电子监察系统监测，经办人王玥、祎䶮办理的事项超期。",
        "一、认定的事实",
        "1. 3月6日受理。",
        "2. 3月18日仍未决定。",
        "附件：计时明细",
        "云州市政务服务管理局",
        "2026年3月9日",
    ]


def test_the_body_is_set_in_the_standard_face_for_chinese(letter: Letter) -> None:
    run = Document(BytesIO(docx_of(letter))).paragraphs[4].runs[0]

    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_the_margins_are_those_of_the_standard(letter: Letter) -> None:
    section = Document(BytesIO(docx_of(letter))).sections[0]

    assert [round(each.mm) for each in (section.top_margin, section.left_margin)] == [37, 28]  # type: ignore[union-attr]  # both are set


PARAGRAPH = ("keepNext", "pBdr", "shd", "tabs", "spacing", "ind", "jc", "rPr")
SECTION = ("headerReference", "footerReference", "pgSz", "pgMar", "cols", "docGrid")
"""The order of ECMA-376 (CT_PPr, CT_SectPr), as far as we use it."""


def names_in(element: Any) -> list[str]:
    return [each.tag.rpartition("}")[2] for each in element]


def test_layout_is_stated_in_the_order_of_the_standard_and_once(letter: Letter) -> None:
    body = Document(BytesIO(docx_of(letter))).element.body
    said: list[tuple[tuple[str, ...], list[str]]] = [(PARAGRAPH, names_in(each)) for each in body.iter(qn("w:pPr"))]
    said += [(SECTION, list(dict.fromkeys(names_in(each)))) for each in body.iter(qn("w:sectPr"))]

    assert any("pBdr" in names for _, names in said)
    assert [names for order, names in said if names != sorted(set(names), key=order.index)] == []
    assert len(list(body.iter(qn("w:docGrid")))) == 1


def test_a_page_has_twenty_two_lines_of_the_pitch_of_the_standard(letter: Letter) -> None:
    section = Document(BytesIO(docx_of(letter))).sections[0]
    (grid,) = section._sectPr.iterchildren(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch"))) / 20
    inside = section.page_height.pt - section.top_margin.pt - section.bottom_margin.pt  # type: ignore[union-attr]  # all are set

    assert (grid.get(qn("w:type")), int(inside / pitch)) == ("lines", 22)


def test_pages_are_numbered_at_their_outer_edges(letter: Letter) -> None:
    document = Document(BytesIO(docx_of(letter)))
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]

    assert document.settings.odd_and_even_pages_header_footer
    assert [each.alignment for each in (odd, even)] == [WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT]
    assert ["".join(text.text for text in each._p.iter(qn("w:t"))) for each in (odd, even)] == ["— 1 —"] * 2
    assert [each.get(qn("w:instr")) for each in odd._p.iter(qn("w:fldSimple"))] == ["PAGE"]
