"""Reading a formula of assessment from YAML; what is wrong is refused with its place, all of it at once."""

import re
from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise

from mingjing.rules.assessment import NOBODY, Bonus, ByCard, Formula, Grade, Line, Rate, Short
from mingjing.rules.yaml_page import Node, YamlPage

_HEAD = ("assessment", "title", "version", "basis", "full", "at_least", "grades", "lines")
_FORMS = ("rate", "cards", "short", "bonus")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def parse_assessment(text: str, name: str) -> Formula:
    """Return the formula that `text` states; PackRefused with every fault, each at its place in `name`."""
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, _HEAD, _HEAD)
    read = _Reader(page)
    formula = Formula(
        name=page.text(top.get("assessment")),
        title=page.text(top.get("title")),
        version=page.text(top.get("version")),
        basis=tuple(page.texts(top.get("basis"))),
        full=read.number(top.get("full")),
        at_least=page.number(top.get("at_least"), 1),
        grades=read.grades(top.get("grades")),
        lines=tuple(read.line(node) for node in page.items(top.get("lines"))),
    )
    ids = [each.id for each in formula.lines]
    for ident in sorted({each for each in ids if ids.count(each) > 1}):
        page.fault(top.get("lines"), f"line {ident} stands here more than once")
    page.refuse()
    return formula


class _Reader:
    """Reads the parts of one formula."""

    def __init__(self, page: YamlPage) -> None:
        self._page = page

    def grades(self, node: Node | None) -> tuple[Grade, ...]:
        page, found = self._page, []
        for each in page.items(node):
            fields = page.mapping(each, ("title", "from", "fails"), ("title", "from"))
            fails = page.flag(fields.get("fails"), default=False)
            found.append(Grade(page.text(fields.get("title")), self.number(fields.get("from")), fails))
        falling = all(before.since > after.since for before, after in pairwise(found))
        if not found or found[-1].since != 0 or not falling:
            page.fault(node, "grades fall from the highest to one that begins at 0, so that every score has one")
        return tuple(found)

    def line(self, node: Node) -> Line:
        page = self._page
        fields = page.mapping(node, ("id", "part", "title", "full", "at_least", *_FORMS), ("id", "part", "title"))
        forms = [form for form in _FORMS if form in fields]
        form = forms[0] if len(forms) == 1 else ""
        if not form:
            page.fault(node, f"a line is exactly one of {', '.join(_FORMS)}")
        if form and (form in {"rate", "cards"}) != ("full" in fields):
            page.fault(node, "rate and cards lines say what is `full`; short and bonus lines do not")
        terms = self._terms(form, fields.get(form))
        if "at_least" in fields and isinstance(terms, ByCard) and not terms.among:
            page.fault(fields["at_least"], "cards are drawn in business that `among` names: say among what")
        return Line(
            id=page.text(fields.get("id")),
            part=page.text(fields.get("part")),
            title=page.text(fields.get("title")),
            full=self.number(fields["full"]) if "full" in fields else NOBODY,
            terms=terms,
            at_least=page.number(fields.get("at_least"), 1) if "at_least" in fields else 1,
        )

    def _terms(self, form: str, node: Node | None) -> Rate | ByCard | Short | Bonus:
        page = self._page
        match form:
            case "rate":
                fields = self._all(node, ("of", "from", "to"))
                low, high = self.percent(fields.get("from")), self.percent(fields.get("to"))
                if low >= high:
                    page.fault(node, f"`from` {low}% is not below `to` {high}%")
                    high = low + 1
                return Rate(page.text(fields.get("of")), low, high)
            case "short":
                fields = self._all(node, ("of", "each", "points", "cap"))
                return Short(
                    page.text(fields.get("of")),
                    self.percent(fields.get("each")),
                    self.number(fields.get("points")),
                    self.number(fields.get("cap")),
                )
            case "bonus":
                fields = self._all(node, ("of", "at", "points", "each", "more", "cap"))
                return Bonus(
                    page.text(fields.get("of")),
                    self.percent(fields.get("at")),
                    self.number(fields.get("points")),
                    self.percent(fields.get("each")),
                    self.number(fields.get("more")),
                    self.number(fields.get("cap")),
                )
        fields = page.mapping(node, ("rules", "each", "among"), ("rules", "each")) if form else {}
        among = page.text(fields["among"]) if "among" in fields else ""
        return ByCard(tuple(page.texts(fields.get("rules"))), self.number(fields.get("each")), among)

    def _all(self, node: Node | None, keys: Collection[str]) -> dict[str, Node]:
        return self._page.mapping(node, keys, keys)

    def number(self, node: Node | None) -> Decimal:
        """Return a number of points."""
        return self._matched(node, _NUMBER, "a number of points, such as 5 or 2.5")

    def percent(self, node: Node | None) -> Decimal:
        """Return a share in percent."""
        return self._matched(node, _PERCENT, "a share in percent, such as 95%")

    def _matched(self, node: Node | None, form: re.Pattern[str], what: str) -> Decimal:
        if node is None:
            return NOBODY
        text = self._page.text(node)
        found = form.fullmatch(text)
        if found is None:
            self._page.fault(node, f"{text!r} is not {what}")
            return NOBODY
        return Decimal(found[1] if form is _PERCENT else text)
