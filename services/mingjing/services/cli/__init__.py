"""`mingjing`: one command, composed here; each subcommand is a module of this room, loaded when it is called."""

import gc
from importlib import import_module

import click

from mingjing.rules.form import FORM
from mingjing.services.log_form import set_log_form

COMMANDS = {
    "dev": "本机整套启动；the whole stack on this machine",
    "demo": "演示：模拟城市或真实日志；the simulated city or a real log, live",
    "doctor": "检查本机环境；what this machine has and lacks",
    "rules": "检查、试跑、说明、比较、回测、发布规则；check, explain, compare, back-test and publish rules",
    "replay": "回放日志并评判；judge a finished log",
    "conform": "接入检验；score an agency's feed before it goes live",
    "agency": "报送部门：新增、换密钥、停用、列出、对账；reporting agencies and their daily account",
    "upload": "报送文件；hand in a file of rows for an agency",
    "exchange": "采集进程：前置库、文件夹、变更主题；fetch from exchange tables, folders, change events",
    "calendars": "生成、核对日历；generate and check calendars",
    "city": "模拟城市及其真值；the simulated city and its truth",
    "topics": "创建和查看主题；create and list Kafka topics",
    "migrate": "升级存储表；bring the tables up to date",
    "worker": "监察进程；judge events (Faust)",
    "sink": "入库进程；cards, facts and dead letters into ClickHouse",
    "archive": "归档进程；events into ClickHouse",
    "auditor": "留痕进程；chain and anchor the audit trail",
    "notify": "通知进程；tell people of cards",
    "press": "印发进程：按时冻结月份，投送报表；freeze months on time and deliver reports",
    "audit": "核验、导出留痕；verify and export the audit trail",
    "account": "账号管理；people's accounts",
    "key": "程序密钥：发放、列出、换发、停用；keys with which programs sign",
    "report": "效能报表：统计、出表、冻结；efficiency reports and frozen months",
    "export": "导出办件（XES、OCEL 2.0）；cases for process mining",
    "api": "接口与控制台；the API and the console",
}
"""Every subcommand with its one line; each is the attribute of that name in the module of that name."""


class Subcommands(click.Group):
    """A group that imports a subcommand only when it is used, so that `--help` is quick."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        # What is imported stays: while it is searched for garbage, again and again, a worker is away for longer.
        gc.disable()
        try:
            module = import_module(f"mingjing.services.cli.{cmd_name}")
        finally:
            gc.enable()
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Subcommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mingjing", message=f"%(prog)s, version %(version)s, {FORM} rules")
def main() -> None:
    """明镜：以流的方式实施电子监察。 Electronic supervision of government cases as a stream."""
    set_log_form()
