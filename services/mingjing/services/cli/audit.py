"""`mingjing audit`: is the trail whole, and what does it say?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import orjson

from mingjing.services.audit.anchor import AnchorRefused, key_path, private_key, public_key, read_anchors, written
from mingjing.services.audit.book import ClickHouseBook
from mingjing.services.audit.entry import ACTION_TITLES
from mingjing.services.audit.verify import told, verify
from mingjing.services.ledger.connection import Pool
from mingjing.services.ledger.errors import LedgerError
from mingjing.services.settings import Settings, SettingsRefused, read_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help="留痕：核验、导出、锚点公钥。")
def audit() -> None:
    """Group the commands on the trail."""


@audit.command("verify", help="逐条重算留痕的散列，并与锚点比对；有一处不符即以 1 退出。")
@click.option("--anchor", type=FILE, help="锚点文件；应取自他处保存的副本。")
@click.option("--key", type=FILE, help="锚点签名者的公钥（PEM）；缺省为本机锚点私钥的公钥。")
def verify_(anchor: Path | None, key: Path | None) -> None:
    """Recompute the chain and say what is wrong with it."""
    with _opened() as (settings, book):
        anchors = read_anchors(anchor) if anchor is not None else []
        signer = public_key(key) if key is not None else private_key(key_path(settings)).public_key()
        verdict = verify(book.links(), anchors, signer)
    for fault in verdict.faults:
        click.echo(fault, err=True)
    if verdict.faults:
        raise SystemExit(1)
    click.echo(f"留痕 {verdict.links} 条，首尾相连，逐条一致；锚点 {verdict.anchors} 个，全部相符。")


@audit.command("export", help="导出留痕，每行一条 JSON，带编号和散列。")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的文件。")
@click.option("--from", "first", type=click.IntRange(1), default=1, show_default=True, help="从第几条起。")
def export(out: Path, first: int) -> None:
    """Write every entry from `first` on."""
    count = 0
    with _opened() as (_, book), out.open("wb") as file:
        for link in book.links(first):
            file.write(orjson.dumps(told(link, ACTION_TITLES)) + b"\n")
            count += 1
    click.echo(f"已导出 {count} 条到 {out}")


@audit.command("key", help="打印锚点签名的公钥（PEM），供他处核验。")
def key() -> None:
    """Print the public key; make the pair where there is none yet."""
    try:
        click.echo(written(private_key(key_path(read_settings())).public_key()), nl=False)
    except (SettingsRefused, AnchorRefused) as exc:
        raise click.ClickException(str(exc)) from exc


@contextmanager
def _opened() -> Iterator[tuple[Settings, ClickHouseBook]]:
    try:
        settings = read_settings()
        pool = Pool(settings, 1)
        try:
            yield settings, ClickHouseBook(pool)
        finally:
            pool.close()
    except (SettingsRefused, AnchorRefused, LedgerError) as exc:
        raise click.ClickException(str(exc)) from exc
