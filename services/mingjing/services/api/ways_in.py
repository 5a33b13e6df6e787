"""The routes by which agencies hand in events, and learn what became of them."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter

from mingjing.services.agencies import Agencies
from mingjing.services.api.gateway.outbox import Outbox
from mingjing.services.api.gateway.quota import Quotas
from mingjing.services.api.gateway.reception import Reception
from mingjing.services.api.resubmitting import Resubmitting
from mingjing.services.api.routes import dead_letters, events, receipts, uploads
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
    zone: ZoneInfo,
) -> list[APIRouter]:
    """Return the routers."""
    reception = Reception(outbox, secret, Scribe(gate.registry.receipts))
    return [
        events.router(reception, agencies, gate, Quotas()),
        receipts.router(gate.registry.receipts, ledger, agencies, zone),
        uploads.router(jobs, agencies, gate),
        dead_letters.router(ledger, agencies, Resubmitting(reception, gate, trail), gate.registry.resubmissions),
    ]
