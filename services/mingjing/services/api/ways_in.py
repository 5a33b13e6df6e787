"""The routes by which agencies hand in events, and learn what became of them."""

from fastapi import APIRouter

from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.api.gateway.outbox import Outbox
from mingjing.services.api.gateway.quota import Quotas
from mingjing.services.api.gateway.reception import Reception
from mingjing.services.api.gateway.sandbox import Sandbox
from mingjing.services.api.resubmitting import Resubmitting
from mingjing.services.api.routes import dead_letters, events, receipts, uploads
from mingjing.services.api.routes import sandbox as sandbox_route
from mingjing.services.api.trail import Trail
from mingjing.services.api.upload_jobs import UploadJobs
from mingjing.services.auth.gate import Gate
from mingjing.services.ledger.port import Ledger
from mingjing.services.receipts.scribe import Scribe


def ways_in(
    outbox: Outbox,
    secret: str,
    ledger: Ledger,
    agencies: Agencies,
    gate: Gate,
    jobs: UploadJobs,
    trail: Trail,
    rulebook: Rulebook,
) -> list[APIRouter]:
    """Return the routers."""
    sandbox = Sandbox(gate.registry.sandbox, rulebook, secret)
    reception = Reception(outbox, secret, Scribe(gate.registry.receipts))
    return [
        events.router(reception, sandbox, agencies, gate, Quotas()),
        sandbox_route.router(sandbox, agencies),
        receipts.router(gate.registry.receipts, ledger, agencies, rulebook.zone.info),
        uploads.router(jobs, agencies, gate),
        dead_letters.router(ledger, agencies, Resubmitting(reception, gate, trail), gate.registry.resubmissions),
    ]
