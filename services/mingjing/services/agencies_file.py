"""Changing agencies.yaml in place: what a person wrote, with its comments, stays as it was written.

The file is the one source of who may report what; every process reads it at start.
"""

import os
from pathlib import Path

import yaml

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import parse_agencies

_LIST, _KEY, _SANDBOX_KEY = "agencies", "key_sha256", "sandbox_key_sha256"


class AgenciesUnchanged(Exception):
    """The change cannot be made; the text says why. The file is as it was."""


def with_agency(
    text: str, *, code: str, title: str, region: str, source: str, key_sha256: str, quota: int | None = None
) -> str:
    """Return the file with one agency more, at the end of the list."""
    listed = _agencies(text)
    if listed.flow_style and listed.value:
        raise AgenciesUnchanged("agencies 写成了 [...] 一行的形式；请改成每个部门一段后再试")
    first = listed.value[0].start_mark.column if listed.value else 4
    dash, inner = " " * (first - 2), " " * first
    entry = (
        f"{dash}- code: {code}\n{inner}title: {_quoted(title)}\n{inner}region: {_quoted(region)}\n"
        f"{inner}sources: [{_quoted(source)}]\n{inner}{_KEY}: {key_sha256}\n{inner}delay_s: 0\n{inner}types: ['*']\n"
    )
    entry += f"{inner}quota: {quota}\n" if quota is not None else ""
    if not listed.value:
        before, after = text[: listed.start_mark.index].rstrip(" "), text[listed.end_mark.index :]
        return _sound(f"{before}\n{entry.rstrip()}{after}")
    lines = text.splitlines(keepends=True)
    end = _after(listed, lines)
    if end and not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return _sound("".join([*lines[:end], entry, *lines[end:]]))


def with_key(text: str, code: str, key_sha256: str | None) -> str:
    """Return the file with another key for the agency; None takes its key away, and that of its sandbox."""
    changed = _with(text, code, _KEY, key_sha256)
    return _sound(changed if key_sha256 is not None else _with(changed, code, _SANDBOX_KEY, None))


def with_sandbox_key(text: str, code: str, key_sha256: str) -> str:
    """Return the file with another sandbox key for the agency."""
    return _sound(_with(text, code, _SANDBOX_KEY, key_sha256))


def _below_code(text: str, agency: yaml.MappingNode, line: str) -> str:
    """Return the text with a line more, below the one that has the agency's code."""
    lines = text.splitlines(keepends=True)
    code_line = next(name.start_mark.line for name, _ in agency.value if name.value == "code")
    lines.insert(code_line + 1, f"{' ' * agency.start_mark.column}{line}\n")
    return "".join(lines)


def _with(text: str, code: str, name_of_key: str, key_sha256: str | None) -> str:
    agency = _agency(text, code)
    written = key_sha256 or "null"
    for name, value in agency.value:
        if name.value == name_of_key:
            return text[: value.start_mark.index] + written + text[value.end_mark.index :]
    if key_sha256 is None:
        return text
    return _below_code(text, agency, f"{name_of_key}: {written}")


def rewrite(path: Path, text: str) -> None:
    """Put `text` in the place of the file at once: whoever reads it meets the old or the new one, never a part."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(path.stat().st_mode & 0o777)
    fresh.replace(path)


def _agencies(text: str) -> yaml.SequenceNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode):
        for name, value in root.value:
            if name.value == _LIST and isinstance(value, yaml.SequenceNode):
                return value
    raise AgenciesUnchanged("文件中没有 agencies 列表")


def _agency(text: str, code: str) -> yaml.MappingNode:
    for each in _agencies(text).value:
        if any(name.value == "code" and value.value == code for name, value in each.value):
            found: yaml.MappingNode = each
            return found
    raise AgenciesUnchanged(f"没有代码为 {code} 的部门；mingjing agency list 可列出全部")


def _after(listed: yaml.SequenceNode, lines: list[str]) -> int:
    """Return the line below the last agency, above blank lines and comments that belong to what follows."""
    end = min(listed.end_mark.line, len(lines)) if listed.end_mark.column == 0 else len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sound(text: str) -> str:
    """Return the text; AgenciesUnchanged when no process would read it."""
    try:
        parse_agencies(text, "agencies.yaml")
    except PackRefused as exc:
        raise AgenciesUnchanged(str(exc)) from exc
    return text
