"""Templates of documents: wording that an office may change, with named blanks.

A template is YAML. Every blank is `{name}`; a name that cards do not fill is
refused when the template is read, so no document goes out with a hole in it.
"""

import re
from collections.abc import Mapping
from datetime import date
from string import Formatter

import msgspec

from mingjing.rules.yaml_page import Node, YamlPage, nearest
from mingjing.services.documents.letter import Block, BlockKind, Letter

BLANKS: dict[str, str] = {
    "issuer": "发文机关",
    "agency": "被监察部门",
    "case": "办件编号",
    "item": "事项名称",
    "level": "牌的级别",
    "rule": "规则编号",
    "finding": "发现的问题",
    "violated_at": "违反的时刻",
    "due_at": "应当办结的时刻",
    "issued_at": "发牌时刻",
    "basis": "依据",
    "feedback_due": "反馈期限",
    "due": "整改期限",
    "demand": "整改要求",
    "reason": "理由",
    "decision": "决定",
    "measure": "建议措施",
    "person": "责任人",
}
"""Every blank a template may have, with what stands there."""

SENTENCES = "sentences"
"""The one list a template may number: the sentences that explain the card."""

BLOCKS: tuple[BlockKind, ...] = ("paragraph", "heading", "subheading", "numbered")
KEYS = ("document", "title", "masthead", "number", "subject", "addressee", "body", "attachments")


_STOPPED_TWICE = re.compile("(?<=[。！？])。")
"""The full stop of a template after words that somebody ended with one of their own."""


class DocumentIncomplete(ValueError):
    """A blank of the template is not filled by this card and these words; `blank` names it."""

    def __init__(self, template: str, blank: str) -> None:
        super().__init__(f"{template}: {BLANKS[blank]} ({blank}) is not given, and the document needs it")
        self.blank = blank


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """The wording of one kind of document; `number` has the blanks {year} and {n} besides."""

    name: str
    title: str
    masthead: str
    number: str
    subject: str
    addressee: str
    body: tuple[Block, ...]
    attachments: tuple[str, ...]

    def write(self, values: Mapping[str, str], sentences: tuple[str, ...], *, n: int, day: date) -> Letter:
        """Return the letter with every blank filled. Raises DocumentIncomplete for one that is not."""

        def filled(text: str) -> str:
            for blank in _blanks(text):
                if not values.get(blank):
                    raise DocumentIncomplete(self.title, blank)
            return _STOPPED_TWICE.sub("", text.format_map({name: said.strip() for name, said in values.items()}))

        return Letter(
            issuer=filled("{issuer}"),
            masthead=filled(self.masthead),
            number=self.number.format(year=day.year, n=n),
            title=filled(self.subject),
            addressee=filled(self.addressee),
            body=tuple(
                Block("numbered", sentences)
                if block.kind == "numbered"
                else Block(block.kind, (filled(block.texts[0]),))
                for block in self.body
            ),
            date=day,
            attachments=tuple(map(filled, self.attachments)),
        )


def read_template(text: str, name: str) -> Template:
    """Return the template that YAML `text` describes; `name` is the file's, for faults.

    Raises PackRefused with every fault.
    """
    page = YamlPage(text, name)
    found = page.mapping(page.root, KEYS, KEYS[:-1])
    page.refuse()
    words = {key: _wording(page, found[key]) for key in ("masthead", "subject", "addressee")}
    number = page.text(found["number"])
    if sorted(_blanks(number)) != ["n", "year"]:
        page.fault(found["number"], "number needs the blanks {year} and {n}, each once, and no others")
    body = tuple(block for node in page.items(found["body"]) if (block := _block(page, node)) is not None)
    attachments = tuple(_wording(page, node) for node in page.items(found.get("attachments")))
    page.refuse()
    return Template(
        name=page.text(found["document"]),
        title=page.text(found["title"]),
        number=number,
        body=body,
        attachments=attachments,
        **words,
    )


def _block(page: YamlPage, node: Node) -> Block | None:
    entry = page.mapping(node, BLOCKS)
    if len(entry) != 1:
        page.fault(node, f"a piece of the body is one of {', '.join(BLOCKS)}")
        return None
    kind, value = next(iter(entry.items()))
    if kind != "numbered":
        return Block(kind, (_wording(page, value),))  # type: ignore[arg-type]  # one of BLOCKS
    if page.text(value) != SENTENCES:
        page.fault(value, f"only {SENTENCES} can be numbered")
    return Block("numbered", ())


def _wording(page: YamlPage, node: Node) -> str:
    text = page.text(node)
    try:
        blanks = _blanks(text)
    except ValueError as exc:
        page.fault(node, f"{exc}; a brace that is meant is written twice")
        return ""
    for blank in blanks:
        if blank not in BLANKS:
            page.fault(node, f"nothing fills {{{blank}}}{nearest(blank, BLANKS)}")
    return text


def _blanks(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
