"""docs/workflow.md: what people do with a card, step by step, as the table of steps has it."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from mingjing.rules.card import LEVEL_TITLES, LEVELS
from mingjing.rules.workflow import ENDED, ROLE_TITLES, STAGE_TITLES, WAITS_FOR, Field, Stage, Step
from mingjing.rules.workflow_steps import BY_VERB, STEPS

T = TypeVar("T")

_DOCUMENTS = {
    "notice": "监察通知书",
    "decision": "监察决定书",
    "supervision-order": "督办单",
    "recommendation": "监察建议书",
}

_ABOVE = """# 办牌 · Working cards

牌由系统发出，此后由人办理。两件事互不相干：**认定**（级别，生效、已纠正或自动撤回）只由规则引擎说，
**办理阶段**只由人改变；牌上显示的级别是认定，除非人已就这一次违反作了撤牌、降级、排除或免责的决定。
级别升高、所认定的违反变了、撤回之后又成立，或者免责到期，即开新的一轮，旧的一轮留着。什么都不删除。

每一步须由什么角色办、从什么阶段到什么阶段、须填什么、出什么文书，由下表定，接口与属主各查一遍，以属主的答复为准。
本页由步骤表生成。

## 步骤 · Steps

| 步骤 | `verb` | 由谁办 | 从 | 到 | 须填（括号内选填） | 须先经 | 不得同一人 | 文书 | 事件 |
|---|---|---|---|---|---|---|---|---|---|
"""

_BETWEEN = """
系统已自动撤回的牌，无论在哪一阶段，都只剩销号一步。只写“黄牌、红牌”的步骤，预警不适用。

## 阶段 · Stages

| 阶段 | `stage` | 轮到谁 |
|---|---|---|
"""

_BELOW = """
轮到监察员的，监察负责人也可以办。控制台“红黄牌”页的待我办理、待签收、待核查、督办中即按阶段分列，
计数来自 `GET /v1/cards/worklist`。

## 两人同时办 · Two at once

看到牌的第几版（`life.revision`）就说第几版（`expected`）。同一分区的动作由一个属主按次序办：先到的办成，
后到的得 409，附牌的现状；刷新后再办。每一步带一个 `Idempotency-Key`，断线后以同一个重发，只办一次。
五秒内没有结果的答复 202，到 `Location` 查询；此时动作已在日志里，属主恢复后照办。

## 时限 · Clocks

每一步都是这张牌自己的办件（`办件键#牌的编号`）的一个事件，监察机关与部门各自的时限因此与别的规则一样评判，
见 `rules/packs/card-handling.yaml`：两个工作日内签收，黄牌、红牌五个工作日内说明；待核实的牌、说明、申诉、整改反馈，
监察机关各在五个工作日内核实、决定、复核；督办按期整改。期限由各地规程定，改规则包即可。
办不了的步骤没有时限：牌由系统撤回，或者另开一轮，此前所欠的一步时限即止；新一轮自再发牌（待核实的自确认）起另计。
认定减为预警的，说明的时限也止：预警无须说明。
这样的办件不列入办件查询和统计。在线运行与按事件时间运行一样：钟走到哪里，就判到哪里。
没有人办牌的安装（回放旧日志、演示）设 `MINGJING_ATTENDED=false`，这些时限不计。

## 免责 · Exemptions

监察员提请（事由、有效期、理由），监察负责人批准（批准人、批准文号），两个角色，缺一不可；批准时重述所提请的内容，
提请已过期的须重新提请。有效期末日的二十四时一到，不待别的事情发生，牌即开新的一轮，重新显示原来的级别，从签收办起。

## 累计 · Accumulation

三张黄牌折一张红牌之类的规则（`rules/packs/card-accumulation.yaml`）数的是**显示**的级别：待核实的不数，确认后才数；
撤牌、排除、免责的不数，降级的按降后的级别数，免责到期后再数。人的决定经日志回到原办件，原办件再告知数牌的规则；
以什么次序到达，结果都一样，由此发出的牌随之撤回、改发或者恢复。回放归档时同样计入人的决定。

## 文书 · Documents

`GET /v1/cards/{card_id}/documents/{kind}.pdf`（PDF/A-2a、PDF/UA-1，GB/T 9704）或 `.docx`（可编辑）。
`kind` 有通知书 `notice`、提醒函 `reminder`（预警）、决定书 `decision`、
督办单 `supervision-order`、建议书 `recommendation`。
`.docx` 的页边、行距、字体、页码按 GB/T 9704 设置，次序合 ECMA-376，由测试逐项核对；
没有在 Word 里逐页看过，盖章前请过目。
每一步的文书都可取：`?step=` 写牌的 `documents[].step`，省略为最近一次的；所述是办理当时的认定，
答复期限由 `card-handling` 规则算出；
文号按机关、种类、年份从 1 起连续编排，同一次办理总是同一号、同一日期，号不复用。

- `MINGJING_ISSUER`：发文机关名称。
- `MINGJING_DOCUMENTS`：文书模板的目录，同名的代替自带的；写错的模板在接口启动时逐处指出，不启动。
- `MINGJING_FONT_DIR`：机关自有字体（仿宋_GB2312 等）的目录；缺的字取自本机字体。
"""


def page() -> str:
    """Return the page."""
    steps = "".join(_row(*_cells(step)) for step in STEPS)
    stages = "".join(_row(title, f"`{stage}`", _turn(stage)) for stage, title in STAGE_TITLES.items())
    return f"{_ABOVE}{steps}{_BETWEEN}{stages}{_BELOW}"


def _cells(step: Step) -> tuple[str, ...]:
    levels = "" if len(step.levels) == len(LEVELS) else f"（{_listed(step.levels, LEVELS, LEVEL_TITLES)}）"
    return (
        f"{step.title}{levels}",
        f"`{step.verb}`",
        _listed(step.roles, ROLE_TITLES, ROLE_TITLES),
        _listed(step.from_stages, STAGE_TITLES, STAGE_TITLES),
        STAGE_TITLES[step.to] if step.to else "不变",
        "、".join(map(_field, step.fields)) or "—",
        BY_VERB[step.approves].title if step.approves else "—",
        "、".join(each.title for each in STEPS if each.verb in step.unlike) or "—",
        _DOCUMENTS[step.document] if step.document else "—",
        f"`{step.event}`",
    )


def _field(field: Field) -> str:
    said = f"{field.title} `{field.name}`"
    return said if field.required else f"（{said}）"


def _listed(chosen: frozenset[T], order: Iterable[T], titles: Mapping[T, str]) -> str:
    return "、".join(titles[each] for each in order if each in chosen)


def _turn(stage: Stage) -> str:
    if stage in ENDED:
        return "已了结"
    return ROLE_TITLES[WAITS_FOR[stage]]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
