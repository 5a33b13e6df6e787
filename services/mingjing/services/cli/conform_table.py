"""`mingjing conform --standard`: a table of an exchange standard, examined row by row before it is ever handed in."""

from collections.abc import Collection
from pathlib import Path

import click

from mingjing.rules.yaml_page import nearest
from mingjing.services.agencies import Agency
from mingjing.services.conformance.table import Examined, examine
from mingjing.services.exchange.file_rows import FileRefused
from mingjing.services.standards.standard import Standard
from mingjing.services.uploads.mapping import MappingRefused, mapping_of
from mingjing.services.uploads.sheet import SheetRefused


def examined(
    path: Path,
    agency: Agency,
    standard: Standard,
    name: str | None,
    columns: tuple[str, ...],
    source: str | None,
    listed: Collection[str],
) -> Examined:
    """Return what the agency would be told of the file; `listed` are the codes of items in the catalogue.

    UsageError for what cannot be read, or was asked wrongly.
    """
    form = standard.objects.get(name or "")
    if form is None:
        known = "、".join(standard.objects)
        what = "请以 --object 写明" if name is None else f"{name} 不是它的对象{nearest(name, standard.objects)}；"
        raise click.UsageError(f"{standard.title}：{what}对象为 {known}")
    if source is not None and source not in agency.sources:
        raise click.UsageError(f"{source} 不是{agency.title}的数据源；登记的为 {'、'.join(agency.sources)}")
    try:
        said = mapping_of(columns, form)
        return examine(path, standard, form, source or agency.sources[0], agency.principal, said, listed)
    except (MappingRefused, SheetRefused, FileRefused, OSError) as exc:
        raise click.UsageError(f"{path}: {exc}") from exc


def explain(told: Examined) -> None:
    """Print which rows would come back and why, cell by cell, and what is doubtful of those that would be taken."""
    click.echo(f"\n{told.rows} 行：可收 {told.rows - told.returned} 行，退回 {told.returned} 行")
    for each in told.faults:
        value = f" “{each.value}”" if each.value else ""
        click.echo(f"  第{each.row}行{f' {each.column}' if each.column else ''}{value}：{each.message}")
    rows = len({each.row for each in told.faults})
    if rows < told.returned:
        click.echo(f"  ……以上为前 {rows} 行，另有 {told.returned - rows} 行")
    for sentence, count in told.remarks.items():
        click.echo(f"  注意 {count} 行：{sentence}")
