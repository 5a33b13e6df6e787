"""A letter as .docx, to be edited before it is sealed.

It names the fonts of GB/T 9704—2012; Office shows them where they are installed.
"""

from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from mingjing.services.documents.letter import BlockKind, Letter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FANG, HEI, KAI, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
RED = RGBColor(0xC8, 0x16, 0x1D)
PITCH = Pt(28.95)
BODY = Pt(16)
FOLIO = Pt(14)
_BEHIND_BORDERS = tuple(f"w:{name}" for name in ("shd", "tabs", "spacing", "ind", "jc", "rPr"))
"""What may stand in a paragraph of ours and must stand behind its borders: Word refuses another order."""
_FACES: dict[BlockKind, str] = {"paragraph": FANG, "heading": HEI, "subheading": KAI, "numbered": FANG}


def docx_of(letter: Letter) -> bytes:
    """Return the letter as .docx; equal letters give documents of equal content."""
    document = Document()
    _page(document)
    document.core_properties.title = letter.title
    document.core_properties.author = letter.issuer
    moment = datetime(letter.date.year, letter.date.month, letter.date.day, tzinfo=UTC)
    document.core_properties.created = document.core_properties.modified = moment
    _line(document, letter.masthead, SONG, Pt(36), align=WD_ALIGN_PARAGRAPH.CENTER, color=RED, pitch=None)
    number = letter.number if letter.signer is None else f"{letter.number}\t签发人：{letter.signer}"
    _red_rule(_line(document, number, FANG, BODY, align=WD_ALIGN_PARAGRAPH.CENTER))
    _line(document, letter.title, SONG, Pt(22), align=WD_ALIGN_PARAGRAPH.CENTER, pitch=Pt(36))
    _line(document, f"{letter.addressee}：", FANG, BODY)
    for block in letter.body:
        numbered = block.kind == "numbered"
        for count, text in enumerate(block.texts, 1):
            _line(document, f"{count}. {text}" if numbered else text, _FACES[block.kind], BODY, indent=True)
    for count, title in enumerate(letter.attachments, 1):
        listed = f"{count}. {title}" if len(letter.attachments) > 1 else title
        _line(document, f"附件：{listed}" if count == 1 else f"　　　{listed}", FANG, BODY, indent=True)
    signature = _line(document, f"{letter.issuer}　　", FANG, BODY, align=WD_ALIGN_PARAGRAPH.RIGHT)
    signature.paragraph_format.space_before = 2 * PITCH
    signature.paragraph_format.keep_with_next = True
    _line(document, f"{letter.chinese_date}　　", FANG, BODY, align=WD_ALIGN_PARAGRAPH.RIGHT)
    packed = BytesIO()
    document.save(packed)
    return packed.getvalue()


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    (grid,) = section._sectPr.iterchildren(qn("w:docGrid"))  # noqa: SLF001  # python-docx has no public way to the grid
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(PITCH.twips))
    section.footer_distance = Mm(28) - FOLIO
    document.settings.odd_and_even_pages_header_footer = True
    _folio(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _folio(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _folio(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    """Print the number of the page between dashes, a character's width in from the outer edge (页码)."""
    paragraph.paragraph_format.alignment = align
    outer = "right" if align is WD_ALIGN_PARAGRAPH.RIGHT else "left"
    setattr(paragraph.paragraph_format, f"{outer}_indent", FOLIO)
    _written(paragraph, "— ", "宋体", FOLIO)
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    number.append(_written(paragraph, "1", "宋体", FOLIO)._r)  # noqa: SLF001  # python-docx has no public way to fields
    paragraph._p.append(number)  # noqa: SLF001  # as above
    _written(paragraph, " —", "宋体", FOLIO)


def _line(
    document: Docx,
    text: str,
    face: str,
    size: Pt,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    color: RGBColor | None = None,
    indent: bool = False,
    pitch: Pt | None = PITCH,
) -> Paragraph:
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.alignment = align
    layout.space_before = layout.space_after = Pt(0)
    if pitch is not None:
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        layout.line_spacing = pitch
    if indent:
        layout.first_line_indent = 2 * size
    run = _written(paragraph, text, face, size)
    if color is not None:
        run.font.color.rgb = color
    return paragraph


def _written(paragraph: Paragraph, text: str, face: str, size: Pt) -> Run:
    run = paragraph.add_run(text)
    run.font.name = face
    run.font.size = size
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001  # no public way to East Asian faces
    return run


def _red_rule(paragraph: Paragraph) -> None:
    """Draw the red line under the document number (反线)."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "8"), ("space", "8"), ("color", "C8161D")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    layout = paragraph._p.get_or_add_pPr()  # noqa: SLF001  # python-docx has no public way to borders
    layout.insert_element_before(borders, *_BEHIND_BORDERS)
