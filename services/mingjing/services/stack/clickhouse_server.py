"""A ClickHouse server as a process of our own: own folder, own configuration, loopback only.

The configuration is one that Debian's 18.16 and today's servers read alike. No
HTTP port is opened: everything here speaks the native protocol.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from mingjing.services.stack.addresses import Address
from mingjing.services.stack.probes import clickhouse_answers
from mingjing.services.stack.program import Program
from mingjing.services.stack.refusal import StackRefused

TIMEZONE = "Asia/Shanghai"

_USER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def server(
    command: Sequence[str],
    address: Address,
    folder: Path,
    log: Path,
    *,
    title: str,
    user: str,
    password: str,
    echo: Callable[[str], None] | None = None,
) -> Program:
    """Return the server as a program, not yet started, keeping everything it stores under `folder`.

    `command` is what comes before `--config-file=…`. The only account is `user`,
    from the loopback address, with `password`.
    """
    if not _USER_NAME.fullmatch(user):
        raise StackRefused(
            f"MINGJING_CLICKHOUSE_USER={user!r} 不能作为本机 ClickHouse 的用户名；请只用字母、数字、下划线。"
        )
    folder.mkdir(parents=True, exist_ok=True)
    root = folder.absolute()
    config = root / "config.xml"
    config.write_text(_config(address, root), encoding="utf-8")
    (root / "users.xml").write_text(_users(user, password), encoding="utf-8")
    return Program(
        "clickhouse",
        [*command, f"--config-file={config}"],
        title=title,
        log=log,
        ready=clickhouse_answers(address, user, password),
        stop_within=30.0,
        echo=echo,
    )


def _config(address: Address, root: Path) -> str:
    return f"""\
<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><console>true</console></logger>
  <listen_host>{address.host}</listen_host>
  <tcp_port>{address.port}</tcp_port>
  <path>{escape(str(root / "data"))}/</path>
  <tmp_path>{escape(str(root / "tmp"))}/</tmp_path>
  <users_config>{escape(str(root / "users.xml"))}</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <timezone>{TIMEZONE}</timezone>
  <mark_cache_size>268435456</mark_cache_size>
  <max_concurrent_queries>100</max_concurrent_queries>
</yandex>
"""


def _users(user: str, password: str) -> str:
    secret = (
        f"<password_sha256_hex>{hashlib.sha256(password.encode()).hexdigest()}</password_sha256_hex>"
        if password
        else "<password></password>"
    )
    return f"""\
<?xml version="1.0"?>
<yandex>
  <profiles><default><max_memory_usage>4000000000</max_memory_usage></default></profiles>
  <users>
    <{user}>
      {secret}
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
    </{user}>
  </users>
  <quotas><default></default></quotas>
</yandex>
"""
