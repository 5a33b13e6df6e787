"""Every document that ships, filled as a hard case fills it: its pages are kept under artefacts/ to be looked at."""

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import msgspec
import orjson
import pytest
import typst
from pypdf import PdfReader

from mingjing.services.documents.letter import Letter
from mingjing.services.documents.paper import pdf_of
from mingjing.services.documents.shelf import load_templates
from mingjing.services.documents.template import BLANKS

ARTEFACTS = Path(__file__).parents[3] / "artefacts" / "documents"
MM = 72 / 25.4
LEFT, RIGHT = 28 * MM, (210 - 26) * MM
"""The type area of GB/T 9704—2012: 28 mm at the binding side, 156 mm wide."""

DOTS_PER_INCH = 96
LONG = {
    "issuer": "云州市政务服务管理局",
    "agency": "云州市市场监督管理局（云州市知识产权局）",
    "item": "食品经营许可（含单位食堂、连锁企业总部及网络食品交易第三方平台提供者备案）核发",
    "finding": "办结超过法定时限",
    "level": "红牌",
    "person": "王玥、祎䶮、㛃𬭚",
    "measure": "诫勉谈话",
    "demand": "五日内补办送达，书面说明超期的原因，并在全局范围内自查同类事项。",
    "reason": "经核查，申请材料于受理当日即已齐全，部门所称系统切换发生在期限届满之后，与超期没有因果关系。",
    "case": "云A012026000777",
}
SENTENCES = tuple(
    f"3月{day}日为工作日，计入第{day - 5}日；当日窗口正常办公，没有中止、延长或者法定扣除的情形。"
    for day in range(6, 27)
)


@pytest.fixture(params=sorted(load_templates()))
def shipped(request: pytest.FixtureRequest) -> tuple[str, Letter]:
    """The kind of a document, and it filled with all that is long and rare."""
    values = {
        **{each: f"（{each}）" for each in BLANKS},
        **{name: said for name, said in LONG.items() if name in BLANKS},
    }
    return request.param, load_templates()[request.param].write(values, SENTENCES, n=12, day=date(2026, 3, 26))


def _places(pdf: bytes) -> Iterator[tuple[float, str]]:
    found: list[tuple[float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            found.append((tm[4] * cm[0] + tm[5] * cm[2] + cm[4], text))

    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=visit)
    yield from found


def test_no_line_of_a_document_begins_outside_the_type_area(shipped: tuple[str, Letter]) -> None:
    _, letter = shipped
    outside = [(x / MM, text) for x, text in _places(pdf_of(letter)) if not LEFT - 1 <= x <= RIGHT]

    assert outside == []


def test_the_pages_of_a_document_are_kept_to_be_looked_at(shipped: tuple[str, Letter]) -> None:
    kind, letter = shipped
    said = {**msgspec.to_builtins(letter), "chinese_date": letter.chinese_date}
    pages = typst.compile(
        files("mingjing.services.documents").joinpath("letter.typ").read_bytes(),
        sys_inputs={"letter": orjson.dumps(said).decode()},
        format="png",
        ppi=DOTS_PER_INCH,
    )
    pictures = pages if isinstance(pages, list) else [pages]
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pictures, start=1):
        (ARTEFACTS / f"{kind}-{number}.png").write_bytes(picture)

    assert len(pictures) == len(PdfReader(BytesIO(pdf_of(letter))).pages)
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
