"""`mingjing api`: serve the API and the console."""

import click

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import named, read_agencies
from mingjing.services.api.serve import serve
from mingjing.services.registry import RegistryRefused
from mingjing.services.settings import SettingsRefused, read_settings


@click.command("api", help="接口与控制台：提供报送网关、查询、实时推送和监察控制台，直到收到 SIGTERM。")
def api() -> None:
    """Serve with the settings of the environment."""
    try:
        settings = read_settings()
        serve(settings, read_agencies(named(settings.agencies)))
    except (SettingsRefused, PackRefused, RegistryRefused, FileNotFoundError) as exc:
        raise click.ClickException(str(exc)) from exc
