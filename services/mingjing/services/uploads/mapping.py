"""Which column of a file is which column of the standard."""

from collections.abc import Callable, Mapping

from mingjing.rules.yaml_page import nearest
from mingjing.services.standards.rows import Row
from mingjing.services.standards.standard import ExchangeObject
from mingjing.services.uploads.sheet import Line, SheetRefused


def match_header(header: tuple[str, ...], form: ExchangeObject, given: Mapping[str, str] | None = None) -> list[str]:
    """Return the standard's column for each of the file's, in order.

    A header is a column's name, in any case, or its title; `given` says it for headers
    that are neither. Raises SheetRefused naming every header without a column, every
    column named twice and every needed column that is missing.
    """
    column_of = columns_of(form)
    chosen = [column_of((given or {}).get(each, each)) for each in header]
    titles = [column.title for column in form.columns.values()]
    faults = [
        f"列“{each}”不是{form.title}的列{nearest(each, [*titles, *form.columns])}"
        for each, column in zip(header, chosen, strict=True)
        if column is None
    ]
    found = [each for each in chosen if each is not None]
    faults += [
        f"{form.columns[each].title}有两列" for each in sorted({each for each in found if found.count(each) > 1})
    ]
    faults += [f"缺少列“{each.title}”" for each in form.columns.values() if each.needed and each.name not in found]
    if faults:
        raise SheetRefused("；".join(faults))
    return found


def row_of(line: Line, columns: list[str]) -> Row:
    """Return a line of the file as a row of the standard."""
    return dict(zip(columns, line.cells, strict=False))


def columns_of(form: ExchangeObject) -> Callable[[str], str | None]:
    """Return what tells the column that a name or a title stands for; None for what is neither."""
    known = {name.lower(): name for name in form.columns}
    titles = {column.title: name for name, column in form.columns.items()}

    def column_of(header: str) -> str | None:
        said = header.strip().rstrip("*＊").strip()
        return known.get(said.lower()) or titles.get(said)

    return column_of
