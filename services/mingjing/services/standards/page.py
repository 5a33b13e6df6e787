"""The field-level document of every exchange standard, written from its declaration: `python -m …standards.page`."""

from collections.abc import Iterator

from mingjing.services.standards.shelf import shipped_standards
from mingjing.services.standards.standard import Column, ExchangeObject

_TYPES = {"text": "文本", "integer": "整数", "number": "数", "time": "时间", "flag": "是否"}
_ENVELOPE = {
    "item": "事项",
    "agency": "部门（以密钥为准）",
    "region": "区划",
    "officer": "经办人",
    "post": "岗位",
    "step": "环节",
}


def page() -> str:
    """Return docs/standards.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 数据交换标准 · Exchange standards"
    yield ""
    yield "部门按下列标准报送的每一行，依本表成为办件事件。"
    yield "Each row an agency sends becomes events of a case as told here."
    yield ""
    yield (
        "时间不带时区的按北京时间；只有日期的取当日零时。同一行重复报送不重复计。"
        "改过的行以数据时间最新者为准，先后乱序到达也一样：换了时间、换了结果（准予改为不予受理）的，原来所报的事件随即作废，不会两个并存；"
        "操作类型为“修改”（U）的行，这一次没有填的时间所报的事件作废，“删除”（D）的行作废全部，删后重报的照收；"
        "这两种行须填数据时间（广东十对象、GB/T 39046 原无此二列，增设为可选的 `cd_operation`、`cd_time`）。"
        "改了键（如环节名称、开始时间）或办件编号的：变更主题凭改前的值作废原来所报；"
        "别的方式请先报一行删除，或在采集计划写 `row`。"
        "部门以报送密钥为准，不以表中所填为准。区划可写6位（GB/T 2260）或12位，6位的补成12位。"
        "代码不合规的照收并注明，缺必填项、时间无法识别或列名不识的退回。"
    )
    yield ""
    yield (
        "反过来，`mingjing export 文件夹 --standard up-pro`（或 `guangdong`、`gbt-39046`）把归档的办件写成同样的表，"
        "每个对象一个 CSV，可报给上级平台，也可原样再报回来；`gbt-39046` 的表11（电子监察）每张牌一行。"
        "标准没有的列不写；以 = + - @ 开头的文字前加一撇，使电子表格不把它当公式。"
    )
    yield ""
    yield (
        "别的监察系统（下级、行业）以表11 报来的牌，收作它的认定 `act.found`：记在办件上，"
        "随办件页、查询与导出可见，规则可以读它；"
        "不是本系统的牌，不进牌的列表与办理，不计入牌数、考评，本系统也不因它发牌或者免发。"
        "办件编号是全国统一的，就记在那个办件上；是部门自编的，记为报送者名下的同号办件。"
        "级别变了、撤了牌的，以同一监察编号再报一行（撤牌的操作类型填 D），并填更晚的 `cd_time`；"
        "本系统导出的表11 以导出时刻为 `cd_time`，列显示级别的牌，"
        "撤牌、免责与自动撤回的以 D 列出（从未报过的，多列一行无妨），连同收到的认定一并上报。"
    )
    yield (
        "Cards of another system of supervision come in by 表11 as facts that somebody else found: "
        "shown with the case, "
        "never cards of ours, nor counted as such."
    )
    for standard in shipped_standards().values():
        yield from ("", f"## {standard.title}", "", f"`{standard.name}` · 依据：{'；'.join(standard.basis)}")
        for form in standard.objects.values():
            yield from ("", f"### {form.name} {form.title}", "")
            yield from ("| 列 | 含义 | 类型 | 必填 | 成为 |", "|---|---|---|---|---|")
            yield from (_row(form, column) for column in form.columns.values())
            yield ""
            yield from (_event(form, place) for place in range(len(form.events)))


def _row(form: ExchangeObject, column: Column) -> str:
    codes = "；".join(f"{code} {title}" for code, title in column.codes.items())
    title = f"{column.title}（{codes}）" if codes else column.title
    becomes = _becomes(form, column) + ("，归档前脱敏" if column.personal else "")
    needed = "是" if column.needed else ""
    return f"| {column.name} | {title} | {_TYPES[column.type]} | {needed} | {becomes} |"


def _becomes(form: ExchangeObject, column: Column) -> str:
    found = ["办件编号"] if column.name == form.subject else []
    found += [_ENVELOPE[column.becomes]] if column.becomes else []
    found += ["记录时间"] if column.name == form.recorded else []
    found += [f"`{each.type}` 的时间" for each in form.events if each.time == column.name]
    found += [
        f"`{each.type}` 的 {field}" for each in form.events for field, name in each.data.items() if name == column.name
    ]
    found += ["决定是哪一事件"] if any(column.name in each.when for each in form.events) else []
    return "、".join(dict.fromkeys(found)) or "不用"


def _event(form: ExchangeObject, place: int) -> str:
    event = form.events[place]
    when = "，".join(f"{name} 为 {'、'.join(value or '空' for value in values)}" for name, values in event.when.items())
    other = f"；与 `{event.instead_of}` 只取其一" if event.instead_of else ""
    return f"- `{event.type}`：{event.time} 有值{f'，且 {when}' if when else ''}{other}"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  # a program whose output is a page
