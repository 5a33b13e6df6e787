"""Which events could not be used, and how are they mended?"""

from fastapi import APIRouter, Request, Response

from mingjing.services.api import openapi
from mingjing.services.api.answers import tagged
from mingjing.services.api.caller import CallerScope, CurrentCaller
from mingjing.services.api.documents import LetterPage
from mingjing.services.api.routes.parameters import Agency, Code, Cursor, Limit
from mingjing.services.ledger.port import Ledger, LetterFilter


def router(ledger: Ledger) -> APIRouter:
    """Return the route of dead letters."""
    routes = APIRouter(prefix="/v1/dead-letters", tags=["报送"])

    @routes.get(
        "",
        summary="查询不可用的报送",
        description=(
            "每件附原文（base64）、错在何处与改正办法。原文可能含个人信息："
            "只给报送部门自己和有权查看个人信息者，其余为空。"
        ),
        response_class=Response,
        responses=openapi.cacheable(LetterPage, "被拒的报送，新收到的在前", paged=True)
        | openapi.refused(400, 422, 503),
    )
    def dead_letters(
        request: Request,
        scope: CallerScope,
        caller: CurrentCaller,
        agency: Agency = None,
        code: Code = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        page = ledger.dead_letters(scope, LetterFilter(agency=agency, code=code), limit=limit, cursor=cursor)
        whole = caller.may("case.unmask") or caller.role == "clerk"
        items = page.items if whole else [{**letter, "original": ""} for letter in page.items]
        return tagged(request, {"items": items, "next_cursor": page.next_cursor})

    return routes
