"""`mingjing auditor`: chain the audit trail."""

import click

from mingjing.services.audit.anchor import AnchorRefused
from mingjing.services.audit.auditor import TopicCut, run_auditor
from mingjing.services.settings import SettingsRefused, read_settings


@click.command("auditor", help="留痕进程：为每条留痕编号、串接散列并定时锚定，直到收到 SIGTERM；全装置只运行一个。")
def auditor() -> None:
    """Run the auditor with the settings of the environment."""
    try:
        run_auditor(read_settings())
    except (SettingsRefused, AnchorRefused, TopicCut) as exc:
        raise click.ClickException(str(exc)) from exc
