"""The inspectors' console: static files of a single-page application."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

PREFIX = "/console/"

_HEADERS = {
    # Element Plus sets style attributes; scripts, connections and frames stay our own.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASK_AGAIN = {"Cache-Control": "no-cache"}

_NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>明镜：控制台尚未构建</title>
<h1>控制台尚未构建</h1>
<p>请在源码目录执行后刷新本页：</p>
<pre>cd services/mingjing/services/console/app
npm ci
npm run build</pre>
<p>接口说明（OpenAPI）：<a href="/openapi.json">/openapi.json</a></p>
</html>
"""


def router(dist: Path) -> APIRouter:
    """Return the console as built into `dist`; any path that is no file is a page of the application."""
    routes = APIRouter(include_in_schema=False)
    root = dist.resolve()

    @routes.get("/")
    async def home() -> Response:
        return RedirectResponse(PREFIX)

    @routes.get("/console")
    async def without_slash() -> Response:
        return RedirectResponse(PREFIX)

    @routes.get("/console/{path:path}")
    def page(path: str) -> Response:
        asked = (root / path).resolve()
        if path and asked.is_relative_to(root) and asked.is_file():
            # Vite names what lies in assets/ by its content.
            lasting = _FOREVER if asked.parent.name == "assets" else _ASK_AGAIN
            return FileResponse(asked, headers=_HEADERS | lasting)
        if asked.suffix and path.startswith("assets/"):
            return Response(status_code=404)
        index = root / "index.html"
        if not index.is_file():
            return HTMLResponse(_NOT_BUILT, 503, _HEADERS | _ASK_AGAIN)
        return FileResponse(index, headers=_HEADERS | _ASK_AGAIN)

    return routes
