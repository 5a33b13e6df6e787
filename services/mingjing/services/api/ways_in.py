"""The routes by which agencies hand in events, and learn what became of them."""

from collections.abc import Callable
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.routing import APIRoute

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.api.gateway.outbox import Outbox
from mingjing.services.api.gateway.quota import Quotas
from mingjing.services.api.gateway.reception import Reception
from mingjing.services.api.gateway.remarks import Remarks
from mingjing.services.api.gateway.remembered import Remembered
from mingjing.services.api.gateway.sandbox import Sandbox
from mingjing.services.api.personal import Personal
from mingjing.services.api.resubmitting import Resubmitting
from mingjing.services.api.routes import dead_letters, events, receipts, upload_header, uploads
from mingjing.services.api.routes import sandbox as sandbox_route
from mingjing.services.api.trail import Trail
from mingjing.services.api.upload_jobs import UploadJobs
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.port import Ledger
from mingjing.services.receipts.scribe import Scribe


class WaysIn(NamedTuple):
    """The routers, the route by which most events come, who takes them there, and what they are tried in."""

    routers: list[APIRouter]
    plain: APIRoute
    quotas: Quotas
    reception: Reception
    sandbox: Sandbox


def ways_in(
    outbox: Outbox,
    secret: str,
    ledger: Ledger,
    agencies: Agencies,
    gate: Gate,
    jobs: UploadJobs,
    trail: Trail,
    rulebook: Rulebook,
    personal: Personal,
    judged_by: Callable[[], Rulebook],
    known: Remembered,
    *,
    live: bool,
) -> WaysIn:
    """Return them; `judged_by` returns the rulebook in force, `live` tells whether the wall clock is the clock.

    What is `known` already is told to be a duplicate.
    """
    sandbox = Sandbox(gate.registry.sandbox, judged_by, secret)
    reception = Reception(outbox, Scribe(gate.registry.receipts), Remarks(judged_by, live=live), known)
    quotas = Quotas()
    posted = events.router(reception, sandbox, agencies, gate, quotas)
    plain = next(route for route in posted.routes if isinstance(route, APIRoute))
    routers = [
        posted,
        sandbox_route.router(sandbox, agencies),
        receipts.router(gate.registry.receipts, ledger, agencies, rulebook.zone.info),
        upload_header.router(),
        uploads.router(jobs, agencies, gate),
        dead_letters.router(
            *(ledger, agencies, Resubmitting(reception, gate, trail), gate.registry.resubmissions, personal)
        ),
    ]
    return WaysIn(routers, plain, quotas, reception, sandbox)
