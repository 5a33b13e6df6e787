"""Every setting of every process, read once at the edge into one frozen object.

Names in the environment are `MINGJING_` and the field in capitals. A value that
does not fit, or a `MINGJING_` name that is none of these, is refused at start.
"""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsConfigDict

from mingjing.services.kafka_settings import KafkaSettings

PREFIX = "MINGJING_"
LOCAL_SECRET = "local-only"  # noqa: S105  # refused wherever others than this machine can reach us


class SettingsRefused(Exception):
    """The environment does not make a configuration; the text names each fault."""


class Settings(KafkaSettings):
    """What a process of mingjing needs to know of its surroundings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    clickhouse: str = Field("127.0.0.1:19000", description="ClickHouse native protocol, HOST:PORT")
    clickhouse_user: str = Field("default", description="ClickHouse user")
    clickhouse_password: str = Field("", description="ClickHouse password")
    clickhouse_database: str = Field("mingjing", pattern=r"^[a-z_][a-z0-9_]*$", description="ClickHouse database")
    registry: str | None = Field(
        None, description="Registry of accounts and keys, sqlite:///FILE or postgresql://…; absent = a file in data_dir"
    )
    data_dir: Path = Field(Path(".mingjing"), description="Folder for the local stack's state and logs")
    packs: list[Path] | None = Field(None, description="Rule packs as a JSON list of files; absent = the shipped ones")
    catalogue: Path | None = Field(None, description="Folder of item catalogues; absent = the shipped one")
    tables: Path | None = Field(None, description="Folder of tables that rules look up; absent = the shipped one")
    calendars: Path | None = Field(None, description="Folder of calendars or one CSV of days off; absent = shipped")
    profile: str | None = Field(None, description="Threshold profile laid over the packs")
    agencies: Path | None = Field(None, description="agencies.yaml: who may send what")
    clock: Literal["live", "event-time"] = Field("live", description="Clock that fires deadlines")
    attended: bool = Field(True, description="Whether people work the cards; false = their deadlines do not run")
    partitions: int = Field(8, ge=1, le=1024, description="Partitions of case-events and everything beside it")
    group: str = Field("mingjing-supervise", description="Consumer group of the workers")
    instance: str | None = Field(None, description="Static group member id; absent = dynamic membership")
    stub_days: int = Field(
        90, ge=30, description="Days after its last event for which a worker keeps what was said of a case that left"
    )
    api_host: str = Field("127.0.0.1", description="Address the API listens on")
    api_port: int = Field(8600, ge=1, le=65535, description="Port of the API and the console")
    worker_metrics_port: int = Field(19601, ge=0, le=65535, description="Port of the worker's /metrics; 0 = any")
    sink_metrics_port: int = Field(19602, ge=0, le=65535, description="Port of the sink's /metrics; 0 = any")
    archive_metrics_port: int = Field(19603, ge=0, le=65535, description="Port of the archive's /metrics; 0 = any")
    auditor_metrics_port: int = Field(19604, ge=0, le=65535, description="Port of the auditor's /metrics; 0 = any")
    issuer: str = Field("电子监察机关", min_length=1, description="Name of the office that issues documents")
    documents: Path | None = Field(None, description="Folder of templates in place of the shipped documents' own")
    notify_metrics_port: int = Field(19606, ge=0, le=65535, description="Port of the notifier's /metrics; 0 = any")
    notices: Path | None = Field(None, description="notices.yaml: who is told of which cards; absent = nobody")
    press_metrics_port: int = Field(19607, ge=0, le=65535, description="Port of the press's /metrics; 0 = any")
    report_close: str = Field(
        "3wd 02:00",
        pattern=r"^(?:[1-9]|1\d|20)(?:wd|d) (?:[01]\d|2[0-3]):[0-5]\d$",
        description="When a month is frozen: the n-th working day (wd) or day (d) of the next month, and the hour",
    )
    report_watch: int = Field(
        3, ge=1, le=24, description="Months counted again daily for late arrivals once frozen; older ones monthly"
    )
    report_threads: int = Field(1, ge=1, le=64, description="Threads of ClickHouse that a report's count may take")
    report_folder: Path | None = Field(None, description="Folder under which reports are put; absent = no folder may")
    assessment: Path | None = Field(None, description="Formula of the assessment (YAML); absent = the shipped example")
    receipt_days: int = Field(1830, ge=183, description="Days for which the receipt of what was handed in is kept")
    exchange_metrics_port: int = Field(19605, ge=0, le=65535, description="Port of the exchange's /metrics; 0 = any")
    font_dir: Path | None = Field(None, description="Folder of fonts for documents; absent = the machine's own")
    secret: str = Field(
        LOCAL_SECRET, min_length=8, description="Key that replaces staff numbers by hashes and seals kept secrets"
    )
    public_url: str | None = Field(
        None, pattern=r"^https?://[^/]+$", description="Where people reach the console; https makes cookies Secure"
    )
    demo: bool = Field(False, description="Demo mode: its accounts may sign in, and every page says so")
    session_idle_min: int = Field(30, ge=1, description="Minutes after which an unused session ends")
    session_hours: int = Field(12, ge=1, description="Hours after which any session ends")
    password_days: int = Field(90, ge=0, description="Days after which a password must be changed; 0 = never")
    oidc_issuer: str | None = Field(None, description="OpenID Connect provider people sign in at; absent = none")
    oidc_client_id: str = Field("mingjing", description="Our client id at the OpenID Connect provider")
    oidc_client_secret: str = Field("", description="Our client secret there; empty = a public client")
    audit_key: Path | None = Field(None, description="Ed25519 key (PEM) that signs anchors; absent = made in data_dir")
    audit_anchors: Path | None = Field(None, description="File anchors are appended to; absent = one in data_dir")

    @property
    def console(self) -> str:
        """Where people read: the address that links in letters and documents lead to."""
        return f"{self.public_url or f'http://{self.api_host}:{self.api_port}'}/console"

    @model_validator(mode="after")
    def _a_secret_of_its_own(self) -> Self:
        if self.public_url is not None and self.secret == LOCAL_SECRET:
            raise ValueError("MINGJING_SECRET is the one everybody knows; MINGJING_PUBLIC_URL needs one of your own")
        return self

    @model_validator(mode="after")
    def _known_names_only(self) -> Self:
        known = {PREFIX + name.upper() for name in type(self).model_fields} | {PREFIX + "REAL_LOGS"}
        strange = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
        if strange:
            raise ValueError(f"no such setting: {', '.join(strange)}; settings are {', '.join(sorted(known))}")
        return self


def read_settings(**overrides: object) -> Settings:
    """Return the settings of this process: `overrides`, then the environment, then defaults.

    Raises SettingsRefused naming every value that does not fit.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as exc:
        faults = [_sentence(fault) for fault in exc.errors()]
        raise SettingsRefused("\n".join(faults)) from exc


def _sentence(fault: ErrorDetails) -> str:
    if not fault["loc"]:
        return fault["msg"]
    name = PREFIX + ".".join(map(str, fault["loc"])).upper()
    return f"{name}={fault.get('input')!r}: {fault['msg']}"
