from io import BytesIO

import msgspec
from pypdf import PdfReader

from mingjing.services.documents.letter import Block, Letter
from mingjing.services.documents.paper import pdf_of

MM = 72 / 25.4


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\n", "")


def test_a_letter_says_on_paper_what_it_says(letter: Letter) -> None:
    told = text_of(pdf_of(letter))

    assert all(each in told for each in ("云监通〔2026〕12号", "1. 3月6日受理。", "附件：计时明细", "2026年3月9日"))


def test_rare_characters_of_names_are_printed(letter: Letter) -> None:
    assert "祎䶮" in text_of(pdf_of(letter))


def test_the_page_is_a4(letter: Letter) -> None:
    box = PdfReader(BytesIO(pdf_of(letter))).pages[0].mediabox

    assert (round(float(box.width) / MM), round(float(box.height) / MM)) == (210, 297)


def test_the_file_declares_itself_archival_and_is_tagged(letter: Letter) -> None:
    reader = PdfReader(BytesIO(pdf_of(letter)))
    root = reader.trailer["/Root"]

    assert b"<pdfaid:part>2</pdfaid:part>" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]  # PDF/A has it
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # a dictionary


def test_equal_letters_give_equal_bytes(letter: Letter) -> None:
    assert pdf_of(letter) == pdf_of(msgspec.structs.replace(letter))


def test_signature_and_date_stand_on_one_page_with_the_end_of_the_body(letter: Letter) -> None:
    for lines in range(8, 30):
        body = (Block("numbered", tuple(f"第{n}项事实。" for n in range(lines))),)
        pages = [
            page.extract_text() for page in PdfReader(BytesIO(pdf_of(msgspec.structs.replace(letter, body=body)))).pages
        ]

        assert "2026年3月9日" in pages[-1]
        assert "云州市政务服务管理局" in pages[-1]
        assert f"第{lines - 1}项事实。" in pages[-1].replace("\n", "") or "附件：计时明细" in pages[-1]


def test_no_line_of_a_title_is_left_with_a_character_alone(letter: Letter) -> None:
    for more in range(60):
        title = f"关于“食品经营许可{'及备案' * (more // 3)}{'核发办理'[: more % 3]}”超法定时限的电子监察通知书"
        page = PdfReader(BytesIO(pdf_of(msgspec.structs.replace(letter, title=title)))).pages[0].extract_text()
        lines = page.partition("号\n")[2].partition("云州市市场监督管理局：")[0].split()

        assert "".join(lines) == title
        assert min(map(len, lines)) > max(map(len, lines)) / 2, lines
