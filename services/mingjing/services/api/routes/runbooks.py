"""What is to be done about an alert?"""

from fastapi import APIRouter, Request, Response

from mingjing.services.api.answers import content_tagged
from mingjing.services.api.runbooks import page_of, shipped


def router() -> APIRouter:
    """Return the route of the page that alerts link to; whoever is called at night need not log in first."""
    routes = APIRouter(include_in_schema=False)
    written = page_of(shipped()).encode()

    @routes.get("/runbooks")
    async def runbooks(request: Request) -> Response:
        return content_tagged(request, written, "text/html; charset=utf-8")

    return routes
