"""A question that names what its route does not know is refused: a misspelt filter must not answer for everything."""

from collections.abc import Iterator
from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from mingjing.services.api.problems import Fault, Problem
from mingjing.services.api.routes.oidc import PATH as OIDC


def known_query(request: Request) -> None:
    """Pass a request whose every query parameter its route declares; else Problem 422, which names the nearest.

    Routes that declare none have nothing to misspell. A provider may add what it likes to the addresses of signing in
    (RFC 6749, 4.1.2), so these are left alone.
    """
    route = request.scope["route"]
    if not request.query_params or not isinstance(route, APIRoute) or route.path.startswith(OIDC):
        return
    known = tuple(dict.fromkeys(_names(route.dependant)))
    strangers = sorted(set(request.query_params) - set(known)) if known else []
    if strangers:
        faults = [Fault(f"/query/{name}", _remedy(name, known)) for name in strangers]
        raise Problem(422, "unknown_parameter", "有接口不认识的参数，请按 errors 逐项改正", errors=faults)


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for each in dependant.dependencies:
        yield from _names(each)


def _remedy(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1)
    meant = f"，是不是 {close[0]}？" if close else "；"
    return f"没有参数 {name}{meant}可用：{'、'.join(known)}"
