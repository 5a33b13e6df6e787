"""`mingjing topics`: make the topics of the installation, and show them."""

from collections.abc import Sequence

import click
import orjson

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named, read_agencies
from mingjing.services.api.asyncapi import asyncapi_of
from mingjing.services.kafka_principals import KafkaPrincipals, PrincipalsUnchanged
from mingjing.services.rulebook_files import rulebook_of
from mingjing.services.settings import Settings, SettingsRefused, read_settings
from mingjing.streams.kafka_topics import apply, partition_counts
from mingjing.streams.topics import TopicsRefused, topics_of


@click.group("topics", help="Kafka 主题：创建缺少的，核对已有的。")
def topics() -> None:
    """Group the commands on topics."""


@topics.command("apply", help="创建缺少的主题；分区数不符即拒绝，不改动已有主题。可反复执行。")
@click.option("--replication", type=click.IntRange(1, 7), default=1, show_default=True, help="每个分区的副本数。")
def apply_command(replication: int) -> None:
    """Create what is missing on the broker of the settings."""
    settings, agencies = _installation()
    try:
        applied = apply(settings.broker, settings.partitions, agencies, replication)
    except TopicsRefused as exc:
        raise click.ClickException(str(exc)) from exc
    for name in applied.created:
        click.echo(f"已创建 {name}")
    click.echo(f"新建 {len(applied.created)} 个，已有 {len(applied.present)} 个。")


@topics.command(
    "admit", help="给自家进程一个 Kafka 主体：办好 ACL，发新口令（只显示一次）。由 Kafka 管理员执行，可反复执行。"
)
@click.argument("user")
@click.option("--certificate", "certificates", multiple=True, help="同一权限的客户端证书的 CN；可多次。")
def admit_command(user: str, certificates: tuple[str, ...]) -> None:
    """Make the principal that our processes are to be, where the broker asks everybody who they are."""
    settings, agencies = _installation()
    if user in agencies:
        raise click.ClickException(f"{user} 是部门的代码，它在 Kafka 上已是部门的主体；请换一个名字")
    try:
        password = KafkaPrincipals(settings.broker).admit_processes(user, settings.group, certificates)
    except PrincipalsUnchanged as exc:
        raise click.ClickException(str(exc)) from exc
    click.echo(f"{user} 的口令（写入 MINGJING_KAFKA_PASSWORD_FILE 所指的文件）：{password}")


@topics.command("list", help="列出本安装应有的主题，及其在 Kafka 上的现状。")
def list_command() -> None:
    """Show every topic of the installation beside what is on the broker."""
    settings, agencies = _installation()
    found = partition_counts(settings.broker)
    for topic in topics_of(settings.partitions, agencies):
        count = found.get(topic.name)
        state = "缺少" if count is None else "正常" if count == topic.partitions else f"分区数不符，现有 {count}"
        click.echo(f"{topic.name:<26} {topic.partitions:>4}  {topic.title}：{state}")


@topics.command("asyncapi", help="打印消息接口说明（AsyncAPI 3.0，JSON）：部门可写什么，可读什么。")
def asyncapi_command() -> None:
    """Print the AsyncAPI document of the installation, made from the rules in force."""
    try:
        settings = read_settings()
        document = asyncapi_of(rulebook_of(settings, {}), settings.kafka_agencies or settings.kafka)
    except (SettingsRefused, PackRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _installation() -> tuple[Settings, Sequence[str]]:
    try:
        settings = read_settings()
        return settings, read_agencies(named(settings.agencies)).agency_codes()
    except (SettingsRefused, PackRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc
