"""Reading an expression from a page of YAML: every fault goes to the page, at its place in the text."""

from collections.abc import Mapping

from mingjing.rules.expression.checking import check
from mingjing.rules.expression.evaluation import Program
from mingjing.rules.expression.syntax import ExpressionFault, parse
from mingjing.rules.expression.tree import Literal
from mingjing.rules.expression.types import Type
from mingjing.rules.yaml_page import Node, YamlPage


def read_program(
    page: YamlPage, node: Node | None, known: Mapping[str, Type], *, strict: bool, told: str = ""
) -> Program:
    """Return the expression at `node`, checked against the types of the names it may read.

    Faults begin with `told`. `strict` is that of `mingjing.rules.expression.evaluation`.
    """
    text = page.text(node)
    try:
        tree = parse(text)
        faults = [(each.at, each.message) for each in check(tree, known)]
    except ExpressionFault as exc:
        tree, faults = Literal(0, 0, value=False), [(exc.at, str(exc))]
    for at, message in faults:
        if node is not None:
            page.fault_in(node, at, f"{told}{message}")
    return Program(text, tree, strict=strict)
