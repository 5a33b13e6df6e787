"""`mingjing agency`: the reporting agencies of an installation."""

import getpass
import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import click
import msgspec
import orjson
from kafka.errors import KafkaError
from rich.console import Console
from rich.table import Column, Table

from mingjing.rules.events import micros
from mingjing.rules.outages import Outage, announcement
from mingjing.rules.pack import DEFAULT_ZONE
from mingjing.rules.publication import PublicationRefused
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import LEAST_QUOTA, Agencies, Agency, named, read_agencies
from mingjing.services.agencies_file import (
    AgenciesUnchanged,
    rewrite,
    with_agency,
    with_key,
    with_sandbox_key,
)
from mingjing.services.audit.entry import Entry
from mingjing.services.audit.record import TrailAway, record
from mingjing.services.auth.gate import wall_clock_ms
from mingjing.services.cli.agency_account import account_of, show_account
from mingjing.services.kafka_principals import BYTES_PER_SECOND, KafkaPrincipals, PrincipalsUnchanged
from mingjing.services.ledger.errors import LedgerError
from mingjing.services.receipts.reconcile import as_csv
from mingjing.services.registry import RegistryError, open_registry
from mingjing.services.rulebook.topic import RulebookTopic
from mingjing.services.settings import Settings, SettingsRefused, read_settings
from mingjing.services.standards.codes import uscc_fault
from mingjing.streams.kafka_topics import apply_for
from mingjing.streams.topics import TopicsRefused

_MOMENT = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"])
_certificates = click.option(
    "--certificate", "certificates", multiple=True, help="也可凭证书写 Kafka：证书的 CN；可多次，未再列出的随即失效。"
)
_rate = click.option(
    "--bytes-per-second",
    type=click.IntRange(min=1024),
    help=f"Kafka 每个节点上每秒至多写多少字节，超出的在 Kafka 处等候；省略即照旧，从未定过的为 {BYTES_PER_SECOND}。",
)


@click.group("agency", help="报送部门：新增、换密钥、停用、列出、对账。登记在 agencies.yaml，各进程随改随读。")
def agency() -> None:
    """Group the commands on agencies."""


@agency.command("add", help="新增部门：建好主题，发放部门密钥（只显示一次）。各进程数秒内得知，不必重启。")
@click.argument("code")
@click.option("--title", required=True, help="部门名称。")
@click.option("--region", required=True, help="12 位区划代码，须已列在 agencies.yaml。")
@click.option("--source", required=True, help="其系统的 CloudEvents source，如 urn:yunzhou:scjg。")
@click.option("--quota", type=click.IntRange(min=LEAST_QUOTA), help="HTTP 配额：每分钟至多多少个事件；省略为通用的。")
@_certificates
@_rate
def add(  # click passes each option so
    code: str,
    title: str,
    region: str,
    source: str,
    quota: int | None,
    certificates: Sequence[str],
    bytes_per_second: int | None,
) -> None:
    """Add an agency with a key of its own, and a principal at Kafka."""
    if fault := uscc_fault(code):
        click.echo(f"请核对：{fault}", err=True)
    key = secrets.token_urlsafe(32)
    with _edited("agency.added", code) as edit:
        password = edit(
            lambda text: with_agency(
                text, code=code, title=title, region=region, source=source, key_sha256=_sha(key), quota=quota
            ),
            lambda principals: principals.admit(code, certificates, bytes_per_second),
            topics=True,
        )
    click.echo(f"已新增 {title}。部门密钥（只显示这一次）：{key}")
    _show_password(code, password)


@agency.command("rotate", help="换发部门密钥与 Kafka 口令（只显示一次）；旧 Kafka 口令随即失效，旧密钥一秒内失效。")
@click.argument("code")
@_certificates
@_rate
def rotate(code: str, certificates: Sequence[str], bytes_per_second: int | None) -> None:
    """Give an agency another key and password; certificates that are not named again are refused."""
    key = secrets.token_urlsafe(32)
    with _edited("agency.rotated", code) as edit:
        password = edit(
            lambda text: with_key(text, code, _sha(key)),
            lambda principals: principals.admit(code, certificates, bytes_per_second),
        )
    click.echo(f"已换发。部门密钥（只显示这一次）：{key}")
    _show_password(code, password)


@agency.command("sandbox", help="发放（或换发）试投密钥（只显示一次）：以它报送的只判定、只答复，不发牌。一秒内生效。")
@click.argument("code")
def sandbox(code: str) -> None:
    """Give an agency a key for its sandbox."""
    key = secrets.token_urlsafe(32)
    with _edited("agency.sandboxed", code) as edit:
        edit(lambda text: with_sandbox_key(text, code, _sha(key)))
    click.echo(f"试投密钥（只显示这一次）：{key}")


@agency.command("outage", help="预先声明停机时段：期间不算断流、迟报与缺失。至少提前十分钟；各进程数秒内得知。")
@click.argument("code")
@click.option("--from", "begins", type=_MOMENT, required=True, help="开始（北京时间）。")
@click.option("--to", "ends", type=_MOMENT, required=True, help="结束（北京时间）。")
@click.option("--why", required=True, help="缘由，如系统升级。")
def outage(code: str, begins: datetime, ends: datetime, why: str) -> None:
    """Announce an outage of an agency's systems; one that has begun is not announced any more."""
    since, until = (micros(each.replace(tzinfo=ZoneInfo(DEFAULT_ZONE))) for each in (begins, ends))
    with _installation() as (settings, known):
        told = Outage(agency=_of(known, code).code, begins=since, ends=until, why=why)
        entry = _entry("agency.outage", code)
        try:
            announced = announcement(told, now=entry.at_ms * 1000, by=entry.actor)
            record(settings, entry)
            RulebookTopic(settings.broker).publish([announced])
        except (PublicationRefused, TrailAway) as exc:
            raise click.ClickException(str(exc)) from exc
    click.echo(f"已声明 {begins} 至 {ends} 停机。")


@agency.command("suspend", help="停用部门的报送：撤下密钥（一秒内生效），停用程序密钥，收回 Kafka 权限（随即生效）。")
@click.argument("code")
def suspend(code: str) -> None:
    """Take an agency's keys and its rights at Kafka away; accounts of its people are closed where they were given."""
    with _edited("agency.suspended", code) as edit:
        edit(lambda text: with_key(text, code, None), lambda principals: principals.bar(code))
        registry = open_registry(read_settings())
        try:
            now = wall_clock_ms()
            closed = sum(registry.keys.revoke(each.id, now) for each in registry.keys.all() if each.agency == code)
        finally:
            registry.database.close()
    click.echo(
        f"已撤下部门密钥，停用程序密钥 {closed} 个，Kafka 权限一并收回。经办账号用 mingjing account disable 停用。"
    )


@agency.command("list", help="列出报送部门及其数据源、密钥、每分钟配额。")
def list_() -> None:
    """Print every agency of agencies.yaml."""
    # Cut short, the codes of all agencies of a city read alike.
    first = Column("代码", min_width=18), Column("部门", overflow="fold"), "区划", Column("数据源", overflow="fold")
    table = Table(*first, "密钥", "配额", box=None, pad_edge=False)
    with _installation() as (_, known):
        for each in known.agencies:
            quota = "不限" if each.quota is None else str(each.quota)
            key = "有" if each.key_sha256 else "无"
            table.add_row(each.code, each.title, each.region, "\n".join(each.sources), key, quota)
    Console(highlight=False).print(table)


@agency.command("reconcile", help="对账：某日的回执与归档逐项相比；不一致即以 1 退出。")
@click.argument("code")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="收到之日。")
@click.option(
    "--form", type=click.Choice(("text", "json", "csv")), default="text", show_default=True, help="输出格式。"
)
def reconcile_(code: str, day: datetime, form: str) -> None:
    """Print the account of an agency's day."""
    with _installation() as (settings, known):
        told = account_of(settings, _of(known, code), day)
    if form == "json":
        click.echo(orjson.dumps(msgspec.to_builtins(told), option=orjson.OPT_INDENT_2).decode())
    elif form == "csv":
        click.echo(as_csv(told), nl=False)
    else:
        show_account(told)
    raise SystemExit(1 if told.agrees is False else 0)


def _of(known: Agencies, code: str) -> Agency:
    found = known.of_code(code)
    if found is None:
        raise click.ClickException(f"没有代码为 {code} 的部门；mingjing agency list 可列出全部。")
    return found


def _show_password(code: str, password: str | None) -> None:
    if password is not None:
        click.echo(f"Kafka 用户 {code}（SCRAM-SHA-512）的口令（只显示这一次）：{password}")


_AtKafka = Callable[[KafkaPrincipals], str | None]


class _Edit(Protocol):
    """Makes a change; returns what was done at Kafka gave, None where agencies do not write to Kafka.

    With `topics` those of the agency are made first.
    """

    def __call__(
        self, change: Callable[[str], str], at_kafka: _AtKafka | None = None, *, topics: bool = False
    ) -> str | None: ...


@contextmanager
def _edited(action: str, code: str) -> Iterator[_Edit]:
    """Lend a way to change agencies.yaml and Kafka: the change must be sound, and on the trail, before it is made.

    Kafka comes first: if it fails, the file is as it was, and the command is given again.
    """
    with _installation() as (settings, _):
        path = named(settings.agencies)

        def edit(change: Callable[[str], str], at_kafka: _AtKafka | None = None, *, topics: bool = False) -> str | None:
            changed = change(path.read_text("utf-8"))
            record(settings, _entry(action, code))
            if topics:
                apply_for(settings.broker, settings.partitions, code)
            to_kafka = at_kafka if settings.kafka_agencies is not None else None
            password = to_kafka(KafkaPrincipals(settings.broker)) if to_kafka is not None else None
            rewrite(path, changed)
            return password

        try:
            yield edit
        except (AgenciesUnchanged, PrincipalsUnchanged, TrailAway, TopicsRefused, KafkaError) as exc:
            raise click.ClickException(str(exc)) from exc


def _entry(action: str, code: str) -> Entry:
    actor = f"operator:{getpass.getuser()}"
    return Entry(at_ms=wall_clock_ms(), actor=actor, role="operator", action=action, object=code, agency=code)


def _sha(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@contextmanager
def _installation() -> Iterator[tuple[Settings, Agencies]]:
    try:
        settings = read_settings()
        yield settings, read_agencies(named(settings.agencies))
    except (SettingsRefused, PackRefused, FileNotFoundError, RegistryError, LedgerError) as exc:
        raise click.ClickException(str(exc)) from exc
