"""The registry's tables as `migrations/` makes them, for SQLAlchemy Core to speak of."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

METADATA = MetaData()

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("region", Text),
    Column("agency", Text),
    Column("password_hash", Text),
    Column("password_set_ms", BigInteger, nullable=False),
    Column("must_change", Integer, nullable=False),
    Column("former_hashes", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until_ms", BigInteger, nullable=False),
    Column("totp_sealed", Text),
    Column("totp_last_step", BigInteger, nullable=False),
    Column("totp_confirmed", Integer, nullable=False),
    Column("oidc_issuer", Text),
    Column("oidc_subject", Text),
    Column("demo", Integer, nullable=False),
    Column("disabled", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("browser", Text, nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("region", Text),
    Column("agency", Text),
    Column("secret_sealed", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger),
    Column("revoked_ms", BigInteger),
    Column("replaces", Text),
    Column("last_used_ms", BigInteger),
)

NONCES = Table(
    "nonces",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("expires_ms", BigInteger, nullable=False),
)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer),
    Column("body", Text),
    Column("expires_ms", BigInteger, nullable=False),
)

SAVED_FILTERS = Table(
    "saved_filters",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("page", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
)

RECEIPTS = Table(
    "receipts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("ticks", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("detail", Text, nullable=False),
)

UPLOADS = Table(
    "uploads",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("standard", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("dry_run", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("remarks", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("receipt", Text),
    Column("made_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("card_id", Text, nullable=False),
    Column("agency", Text),
    Column("region", Text),
    Column("told", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("lease_ms", BigInteger, nullable=False),
    Column("failure", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger),
)

TOLD_CARDS = Table(
    "told_cards",
    METADATA,
    Column("card_id", Text, primary_key=True),
    Column("level", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("issue", Text, nullable=False),
    Column("folded", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("card", Text, nullable=False),
)

ANSWERED_CARDS = Table(
    "answered_cards",
    METADATA,
    Column("card_id", Text, primary_key=True),
    Column("answered_ms", BigInteger, nullable=False),
)

DOCUMENT_NUMBERS = Table(
    "document_numbers",
    METADATA,
    Column("issuer", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("step", Text, nullable=False),
    Column("given_ms", BigInteger, nullable=False),
)

EXCHANGE_MARKS = Table(
    "exchange_marks",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("mark", Text, nullable=False),
)

RESUBMISSIONS = Table(
    "resubmissions",
    METADATA,
    Column("letter", Text, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("receipt", Text),
)

SANDBOX_EVENTS = Table(
    "sandbox_events",
    METADATA,
    Column("agency", Text, primary_key=True),
    Column("print", Text, primary_key=True),
    Column("case_key", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

REPORT_SUBSCRIPTIONS = Table(
    "report_subscriptions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("every", Text, nullable=False),
    Column("forms", Text, nullable=False),
    Column("region", Text),
    Column("agency", Text),
    Column("way", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
)

REPORT_DELIVERIES = Table(
    "report_deliveries",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("subscription", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("lease_ms", BigInteger, nullable=False),
    Column("failure", Text, nullable=False),
    Column("enclosed", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger),
)

PROPOSALS = Table(
    "proposals",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("keys", Text, nullable=False),
    Column("in_force_ms", BigInteger, nullable=False),
    Column("backtest", Text),
    Column("digest", Text),
    Column("state", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_role", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("decided_by", Text),
    Column("decided_role", Text),
    Column("decided_ms", BigInteger),
    Column("reason", Text),
)
