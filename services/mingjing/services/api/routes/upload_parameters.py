"""What is said of a file that is handed in: the standard it follows, the source it is of, and which column is which."""

from typing import Annotated, Any

from fastapi import Depends, Query

from mingjing.services.agencies import Agency
from mingjing.services.api.caller import may
from mingjing.services.api.problems import Fault, Problem
from mingjing.services.auth.caller import Caller
from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.standard import ExchangeObject, Standard
from mingjing.services.uploads.mapping import MappingRefused, mapping_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

StandardName = Annotated[str, Query(min_length=1, max_length=64, description="标准，见 GET /v1/standards")]
ObjectName = Annotated[str, Query(alias="object", min_length=1, max_length=64, description="标准中的对象")]
Source = Annotated[str | None, Query(min_length=1, max_length=256, description="数据源；省略为本部门的第一个")]
Columns = Annotated[
    list[str] | None,
    Query(alias="column", max_length=200, description="本方的列=标准的列（名称或标题），可多次；= 后为空即不读这一列"),
]
Submitter = Annotated[Caller, Depends(may("event.submit"))]

FILE: dict[str, Any] = {
    "required": True,
    "content": {
        "text/csv": {"schema": {"type": "string", "format": "binary"}},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    },
}


def form_of(standard: str, name: str, status: int) -> tuple[Standard, ExchangeObject]:
    """Return a standard and one of its objects; Problem of that status where there is none."""
    declared = shipped_standards().get(standard)
    form = declared.objects.get(name) if declared is not None else None
    if declared is None:
        known, pointer = list(shipped_standards()), "/query/standard"
        detail = f"没有标准 {standard}；有 {'、'.join(known)}"
    elif form is None:
        pointer, detail = "/query/object", f"{declared.title}没有对象 {name}；有 {'、'.join(declared.objects)}"
    else:
        return declared, form
    raise Problem(status, "no_form", detail, errors=[Fault(pointer, detail)])


def said_of(form: ExchangeObject, columns: list[str] | None) -> dict[str, str]:
    """Return which header is which column; Problem 422 where the agency says what cannot be."""
    try:
        return mapping_of(columns or (), form)
    except MappingRefused as exc:
        raise Problem(422, "bad_columns", str(exc), errors=[Fault("/query/column", str(exc))]) from exc


def source_of(agency: Agency, source: str | None) -> str:
    """Return the source that rows are of; Problem 422 for one that is not the agency's."""
    if source is None:
        return agency.sources[0]
    if source not in agency.sources:
        raise Problem(422, "foreign_source", f"{source} 不是本部门的数据源；有 {'、'.join(agency.sources)}")
    return source
