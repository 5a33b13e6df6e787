"""What does this rule say, and how does it judge?"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import content_tagged, tagged
from mingjing.services.api.caller import current_caller
from mingjing.services.api.problems import Problem
from mingjing.services.api.rule_library import RuleDocument, RuleLibrary

SVG = "image/svg+xml"

RuleId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", description="规则编号", examples=["TL-04"])]
Number = Annotated[int, Path(ge=1, le=9999, description="样例在规则包中的序号")]

_PICTURE: openapi.Responses = {
    200: {"description": "逐日画出的样例", "content": {SVG: {"schema": {"type": "string"}}}},
    304: {"description": "内容未变"},
}


def router(library: RuleLibrary) -> APIRouter:
    """Return the routes of the rules in force."""
    routes = APIRouter(prefix="/v1/rules", tags=["规则"], dependencies=[Depends(current_caller)])

    @routes.get(
        "/{rule}",
        summary="查阅一条规则：原文、依据与样例",
        description="`text` 是规则包中这一条的原文（YAML）；样例即发布前必须通过的用例，发牌的与不发牌的都在。",
        response_class=Response,
        responses=openapi.cacheable(RuleDocument, "规则原文与样例") | openapi.refused(404, 422),
    )
    def rule(request: Request, rule: RuleId) -> Response:
        found = library.of(rule)
        if found is None:
            raise Problem(404, "no_such_rule", f"没有编号为 {rule} 的规则")
        return tagged(request, msgspec.to_builtins(found))

    @routes.get(
        "/{rule}/examples/{number}.svg",
        summary="把一个样例逐日画出来",
        description="与规则引擎所判的一致：事件在上，牌在下，不计入的日子分别着色。",
        response_class=Response,
        responses=_PICTURE | openapi.refused(404, 422),
    )
    def example(request: Request, rule: RuleId, number: Number) -> Response:
        drawn = library.picture(rule, number)
        if drawn is None:
            raise Problem(404, "no_such_example", f"规则 {rule} 没有序号为 {number} 的样例")
        return content_tagged(request, drawn.encode(), SVG)

    return routes
