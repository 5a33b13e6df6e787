from io import BytesIO

from docx import Document
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
