"""Which column of a file is which column of the standard."""

from collections.abc import Callable, Mapping, Sequence

from mingjing.rules.yaml_page import nearest
from mingjing.services.standards.rows import Row
from mingjing.services.standards.standard import ExchangeObject
from mingjing.services.uploads.sheet import Line, SheetRefused

LEFT_OUT = ""
"""The column of a header whose cells are not read."""


class MappingRefused(ValueError):
    """What an agency said of its headers does not fit the standard; the text says where and how to mend it."""


def mapping_of(pairs: Sequence[str], form: ExchangeObject) -> dict[str, str]:
    """Return what `HEADER=COLUMN` texts say: the agency's header, and the standard's column by name or title.

    Without a column the header is left out. Raises MappingRefused for what says nothing,
    for a column that is none, and for a header told twice.
    """
    column_of, said = columns_of(form), dict[str, str]()
    for pair in pairs:
        header, equals, wanted = (each.strip() for each in pair.rpartition("="))
        if not (header and equals):
            raise MappingRefused(f"{pair!r} 应写成 本方的列=标准的列；= 后为空即不读这一列")
        if header in said:
            raise MappingRefused(f"列“{header}”说了两次")
        column = column_of(wanted) if wanted else LEFT_OUT
        if column is None:
            raise MappingRefused(f"{pair!r}：“{wanted}”不是{form.title}的列{_nearest(wanted, form)}")
        said[header] = column
    return said


def match_header(header: tuple[str, ...], form: ExchangeObject, given: Mapping[str, str] | None = None) -> list[str]:
    """Return the standard's column for each of the file's, in order; `LEFT_OUT` for one that is not to be read.

    A header is a column's name, in any case, or its title; `given` (see `mapping_of`) says
    it for others. Raises SheetRefused naming every header without a column, every column
    named twice, every needed column that is missing and every header `given` that is not there.
    """
    column_of, said = columns_of(form), given or {}
    chosen = [said[each.strip()] if each.strip() in said else column_of(each) for each in header]
    faults = [
        f"列“{each}”不是{form.title}的列{_nearest(each, form)}"
        for each, column in zip(header, chosen, strict=True)
        if column is None
    ]
    if faults:
        faults.append("列名不同的，请说明本方的列=标准的列，等号后空着即不读")
    if all(each is None for each in chosen):
        faults.append("第1行没有一个认得的列名：列名须在第一个工作表的第1行，上面的标题、说明请删去")
    found = [each for each in chosen if each is not None]
    named = [each for each in found if each != LEFT_OUT]
    faults += [
        f"{form.columns[each].title}有两列" for each in sorted({each for each in named if named.count(each) > 1})
    ]
    faults += [f"缺少列“{each.title}”" for each in form.columns.values() if each.needed and each.name not in named]
    there = {each.strip() for each in header}
    faults += [f"文件里没有所说的列“{each}”" for each in said if each not in there]
    if faults:
        raise SheetRefused("；".join(faults))
    return found


def row_of(line: Line, columns: list[str]) -> Row:
    """Return a line of the file as a row of the standard."""
    return {name: cell for name, cell in zip(columns, line.cells, strict=False) if name != LEFT_OUT}


def rows_named(
    form: ExchangeObject, given: Mapping[str, str], own: Mapping[str, str] | None = None
) -> Callable[[Row], Row]:
    """Return what gives a row that names its cells the standard's names for them.

    Its own are those `given`, titles, and names in another case; what is none of these is looked up, in small
    letters, in `own`, and else stays, to be refused by name.
    """
    column_of, ours = columns_of(form), own or {}

    def named(row: Row) -> Row:
        known = {
            name: given[name] if name in given else column_of(name) or ours.get(name.lower(), name) for name in row
        }
        return {known[name]: value for name, value in row.items() if known[name] != LEFT_OUT}

    return named


def columns_of(form: ExchangeObject) -> Callable[[str], str | None]:
    """Return what tells the column that a name or a title stands for; None for what is neither."""
    known = {name.lower(): name for name in form.columns}
    titles = {column.title: name for name, column in form.columns.items()}

    def column_of(header: str) -> str | None:
        said = header.strip().rstrip("*＊").strip()
        return known.get(said.lower()) or titles.get(said)

    return column_of


def _nearest(header: str, form: ExchangeObject) -> str:
    return nearest(header, [*(column.title for column in form.columns.values()), *form.columns])
