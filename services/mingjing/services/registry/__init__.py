"""The registry: who people and programs are, and what they have configured.

Never events, cards or facts: those are the ledger's. Read `migrations/` for what
is kept and why, `database` for where; every other module is one kind of thing.
"""

from mingjing.services.registry.accounts import Account, Accounts
from mingjing.services.registry.database import Database, registry_url
from mingjing.services.registry.deliveries import Deliveries, Delivery, DeliveryFilter
from mingjing.services.registry.document_numbers import DocumentNumbers
from mingjing.services.registry.errors import (
    Changed,
    Missing,
    RegistryError,
    RegistryRefused,
    RegistryUnavailable,
    Taken,
)
from mingjing.services.registry.filters import SavedFilter, SavedFilters
from mingjing.services.registry.keys import ApiKey, ApiKeys
from mingjing.services.registry.marks import ExchangeMarks
from mingjing.services.registry.once import Answered, Idempotency, Nonces
from mingjing.services.registry.proposals import Proposal, Proposals, ProposalState
from mingjing.services.registry.receipts import Receipt, Receipts, Way
from mingjing.services.registry.report_deliveries import ReportDeliveries, ReportDelivery
from mingjing.services.registry.resubmissions import Resubmission, Resubmissions
from mingjing.services.registry.sandbox import SandboxEvents, TriedEvent
from mingjing.services.registry.sessions import Session, Sessions, Stage
from mingjing.services.registry.subscriptions import Subscription, Subscriptions
from mingjing.services.registry.uploads import State as UploadState
from mingjing.services.registry.uploads import Upload, Uploads
from mingjing.services.settings import Settings

__all__ = [
    "Account",
    "Accounts",
    "Answered",
    "ApiKey",
    "ApiKeys",
    "Changed",
    "Database",
    "Deliveries",
    "Delivery",
    "DeliveryFilter",
    "DocumentNumbers",
    "ExchangeMarks",
    "Idempotency",
    "Missing",
    "Nonces",
    "Proposal",
    "ProposalState",
    "Proposals",
    "Receipt",
    "Receipts",
    "Registry",
    "RegistryError",
    "RegistryRefused",
    "RegistryUnavailable",
    "ReportDeliveries",
    "ReportDelivery",
    "Resubmission",
    "Resubmissions",
    "SandboxEvents",
    "SavedFilter",
    "SavedFilters",
    "Session",
    "Sessions",
    "Stage",
    "Subscription",
    "Subscriptions",
    "Taken",
    "TriedEvent",
    "Upload",
    "UploadState",
    "Uploads",
    "Way",
    "migrate_registry",
    "open_registry",
]


class Registry:
    """Everything in one database; receipts for `receipt_days`, None = for ever."""

    def __init__(self, database: Database, *, receipt_days: int | None = None) -> None:
        self.database = database
        self.accounts = Accounts(database)
        self.sessions = Sessions(database)
        self.keys = ApiKeys(database)
        self.nonces = Nonces(database)
        self.idempotency = Idempotency(database)
        self.filters = SavedFilters(database)
        self.documents = DocumentNumbers(database)
        self.receipts = Receipts(database, receipt_days)
        self.resubmissions = Resubmissions(database)
        self.sandbox = SandboxEvents(database)
        self.exchange_marks = ExchangeMarks(database)
        self.uploads = Uploads(database)
        self.deliveries = Deliveries(database)
        self.subscriptions = Subscriptions(database)
        self.report_deliveries = ReportDeliveries(database)
        self.proposals = Proposals(database)

    def answers(self) -> bool:
        """Return whether the database answers and is migrated."""
        try:
            self.database.ready()
        except RegistryError:
            return False
        return True


def open_registry(settings: Settings) -> Registry:
    """Return the registry `settings` name; nothing is connected before the first question."""
    return Registry(Database(registry_url(settings)), receipt_days=settings.receipt_days)


def migrate_registry(settings: Settings) -> list[str]:
    """Apply what the registry lacks and return its names; RegistryRefused or RegistryUnavailable if that cannot be."""
    database = Database(registry_url(settings))
    try:
        return database.migrate()
    finally:
        database.close()
