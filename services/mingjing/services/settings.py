"""Every setting of every process, read once at the edge into one frozen object.

Names in the environment are `MINGJING_` and the field in capitals. A value that
does not fit, or a `MINGJING_` name that is none of these, is refused at start.
"""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MINGJING_"


class SettingsRefused(Exception):
    """The environment does not make a configuration; the text names each fault."""


class Settings(BaseSettings):
    """What a process of mingjing needs to know of its surroundings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    kafka: str = Field("127.0.0.1:19092", description="Kafka bootstrap servers, HOST:PORT[,HOST:PORT…]")
    clickhouse: str = Field("127.0.0.1:19000", description="ClickHouse native protocol, HOST:PORT")
    clickhouse_user: str = Field("default", description="ClickHouse user")
    clickhouse_password: str = Field("", description="ClickHouse password")
    clickhouse_database: str = Field("mingjing", pattern=r"^[a-z_][a-z0-9_]*$", description="ClickHouse database")
    data_dir: Path = Field(Path(".mingjing"), description="Folder for the local stack's state and logs")
    packs: list[Path] | None = Field(None, description="Rule packs as a JSON list of files; absent = the shipped ones")
    catalogue: Path | None = Field(None, description="Folder of item catalogues; absent = the shipped one")
    calendars: Path | None = Field(None, description="Folder of calendars or one CSV of days off; absent = shipped")
    profile: str | None = Field(None, description="Threshold profile laid over the packs")
    agencies: Path | None = Field(None, description="agencies.yaml: who may send what")
    clock: Literal["live", "event-time"] = Field("live", description="Clock that fires deadlines")
    partitions: int = Field(8, ge=1, le=1024, description="Partitions of case-events and everything beside it")
    group: str = Field("mingjing-supervise", description="Consumer group of the workers")
    instance: str | None = Field(None, description="Static group member id; absent = dynamic membership")
    api_host: str = Field("127.0.0.1", description="Address the API listens on")
    api_port: int = Field(8600, ge=1, le=65535, description="Port of the API and the console")
    worker_metrics_port: int = Field(19601, ge=0, le=65535, description="Port of the worker's /metrics; 0 = any")
    sink_metrics_port: int = Field(19602, ge=0, le=65535, description="Port of the sink's /metrics; 0 = any")
    archive_metrics_port: int = Field(19603, ge=0, le=65535, description="Port of the archive's /metrics; 0 = any")
    secret: str = Field("local-only", min_length=8, description="Key of the HMAC that replaces staff numbers")

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
