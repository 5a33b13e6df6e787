"""Query parameters that several lists share."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from mingjing.rules.card import Level, Status
from mingjing.rules.workflow import Stage
from mingjing.services.api.documents import CaseState, LetterCode
from mingjing.services.ledger.enterprise import CODE

MAX_LIMIT = 200

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="每页条数")]
Cursor = Annotated[
    str | None, Query(min_length=1, max_length=1024, description="上一页的 next_cursor；不带则从第一页开始")
]
Levels = Annotated[
    list[Level] | None,
    Query(alias="level", description="级别，可重复：预警、黄牌、红牌；查询牌时以牌现在显示的级别为准"),
]
Statuses = Annotated[list[Status] | None, Query(alias="status", description="状态，可重复：生效、已纠正、自动撤回")]
States = Annotated[list[CaseState] | None, Query(alias="state", description="办件状态，可重复")]
Stages = Annotated[list[Stage] | None, Query(alias="stage", description="办理阶段，可重复：已发牌、已签收等")]
Agency = Annotated[str | None, Query(min_length=1, max_length=64, description="部门的统一社会信用代码")]
Region = Annotated[str | None, Query(pattern="^[0-9]{2,12}$", description="区划代码或其前几位；含下级")]
Rule = Annotated[str | None, Query(min_length=1, max_length=64, description="规则编号")]
Item = Annotated[str | None, Query(min_length=1, max_length=128, description="事项编码")]
Items = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=128)]] | None,
    Query(alias="item", max_length=100, description="事项编码，可重复"),
]
Case = Annotated[str | None, Query(min_length=1, max_length=200, description="办件键：命名空间/办件编号")]
CASES_AT_ONCE = 50
"""As many cases as a page of cards can be about."""

CaseKeys = Annotated[
    list[Annotated[str, Field(min_length=3, max_length=200)]],
    Query(alias="case", min_length=1, max_length=CASES_AT_ONCE, description="办件键，可重复"),
]
Enterprise = Annotated[str | None, Query(pattern=CODE, description="办件所涉企业的统一社会信用代码；查阅留痕")]
OFFICER = r"^[0-9a-f]{32}$"
"""The form of the code that stands for an officer; see `streams.vouch`."""

Officer = Annotated[str | None, Query(pattern=OFFICER, description="牌现在记在谁名下：经办人的代号；查阅留痕")]
Text = Annotated[str | None, Query(alias="q", min_length=1, max_length=100, description="在办件编号、事项中查找")]
Code = Annotated[LetterCode | None, Query(description="拒收原因代码")]
Days = Annotated[int, Query(ge=1, le=366, description="趋势覆盖的天数，今天为最后一天")]
