"""`mingjing rules`: check, test, explain, compare, try on the past and publish packs."""

from importlib.metadata import version
from pathlib import Path

import click
import orjson

from mingjing.rules.card import LEVEL_TITLES
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.trial import try_pack
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.cli.rules_case import explain
from mingjing.services.cli.rules_proposals import approve, propose
from mingjing.services.cli.rules_versions import backtest, diff, publish, shadow
from mingjing.services.rulebook import checking
from mingjing.services.rulebook.key_page import key_page
from mingjing.services.rulebook.sarif import sarif
from mingjing.services.rulebook.schemas import schemas
from mingjing.services.rulebook_files import (
    load_profile,
    load_rulebook,
    load_tables,
    load_vocabularies,
    shipped,
    shipped_packs,
)
from mingjing.services.rulebook_page import rulebook_page, rulebook_pictures

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """检查、试跑、说明、比较、回测、发布规则。Check, test, explain, compare, back-test and publish rules."""


@rules.command()
@click.argument("files", nargs=-1, type=FILES)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "sarif")),
    default="text",
    show_default=True,
    help="写给人或代码审查工具。",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="SARIF 写入的文件；省略则写到标准输出。")
def check(files: tuple[Path, ...], form: str, out: Path | None) -> None:
    """检查规则包、事项目录、日历等文件；refuse what is wrong, each fault with its place."""
    checked = checking.check(files or checking.shipped_files())
    if form == "sarif":
        log = orjson.dumps(sarif(checked, version("mingjing"), Path.cwd()), option=orjson.OPT_INDENT_2)
        if out is None:
            click.echo(log.decode())
        else:
            out.write_bytes(log)
    else:
        for each in checked.found:
            click.echo(str(each.fault), err=True)
    if checked.found:
        found = len(checked.found)
        raise click.ClickException(f"{found} fault{'s' if found > 1 else ''}")
    if form == "text":
        click.echo(f"{len(checked.packs)} packs, {checked.rules} rules, {checked.examples} examples: all hold")


@rules.command()
@click.argument("files", nargs=-1, type=FILES)
@click.option("-v", "--verbose", is_flag=True, help="Name the examples that hold, too.")
@click.option("--profile", help="叠加的门槛方案：随附方案的名称或文件；示例写的是规则包自己的级别，故会有出入。")
def test(files: tuple[Path, ...], *, verbose: bool, profile: str | None) -> None:
    """试跑规则包内的示例；run every story and compare what it draws."""
    passed = failed = 0
    ground = load_rulebook([])
    bare: list[str] = []
    for path, pack in _read(files, profile):
        if not pack.examples:
            bare.append(path.name)
        for trial in try_pack(pack, ground.calendar, ground.catalogue):
            if trial.differences:
                failed += 1
                click.echo(f"✗ {path.name}:{trial.example.line} {trial.example.name}")
                for difference in trial.differences:
                    click.echo(f"    {difference}")
            else:
                passed += 1
                if verbose:
                    click.echo(f"✓ {path.name}:{trial.example.line} {trial.example.name}")
    click.echo(f"{passed} passed, {failed} failed")
    if bare:
        told = f"no examples in {', '.join(bare)}: add, under `examples:`, a story that draws each rule and one that"
        raise click.ClickException(f"{told} spares it")
    if failed:
        raise SystemExit(1)


@rules.command(name="list")
@click.argument("files", nargs=-1, type=FILES)
@click.option("--profile", help="叠加的门槛方案：随附方案的名称或文件。")
def list_rules(files: tuple[Path, ...], profile: str | None) -> None:
    """列出规则；list the rules with their law."""
    for _, pack in _read(files, profile):
        click.echo(f"{pack.name} {pack.version}  {pack.title}")
        for rule in pack.rules:
            levels = "/".join(LEVEL_TITLES[rung.level] for rung in rule.rungs)
            issue = "" if rule.issue == "auto" else "（待核实）"
            click.echo(f"  {rule.id:<8} {rule.title}  {levels}{issue}  {'；'.join(rule.basis)}")


@rules.command()
@click.argument("docs", type=click.Path(exists=True, file_okay=False, path_type=Path), default="docs")
def document(docs: Path) -> None:
    """由规则写出文档：规则一览、图、各键、JSON Schema；write what the documentation says of the rules."""
    pictures, forms = docs / "law" / "pictures", docs / "schemas"
    for folder in (pictures, forms):
        folder.mkdir(parents=True, exist_ok=True)
    drawn = dict(rulebook_pictures(shipped_packs()))
    for stale in {path.name for path in pictures.glob("*.svg")} - set(drawn):
        (pictures / stale).unlink()
    for name, svg in drawn.items():
        (pictures / name).write_text(svg, "utf-8")
    (docs / "law" / "rules.md").write_text(rulebook_page(shipped_packs()), "utf-8")
    (docs / "keys.md").write_text(key_page(), "utf-8")
    for name, found in schemas().items():
        (forms / f"{name}.json").write_bytes(
            orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
    click.echo(f"{len(drawn)} pictures, {len(schemas())} schemas → {docs}")


def _read(files: tuple[Path, ...], profile: str | None) -> list[tuple[Path, Pack]]:
    vocabularies, tables = load_vocabularies(), load_tables()
    paths = files or sorted(shipped("packs").glob("*.yaml"))
    found: list[Pack] = []
    faults = []
    for path in paths:
        try:
            found.append(parse_pack(path.read_text("utf-8"), path.name, vocabularies, tables))
        except PackRefused as exc:
            faults += exc.faults
    if faults:
        raise click.ClickException(str(PackRefused(faults)))
    try:
        packs = load_profile(profile, found).packs if profile else found
    except PackRefused as exc:
        raise click.ClickException(str(exc)) from exc
    return list(zip(paths, packs, strict=True))


for command in (explain, diff, backtest, propose, approve, publish, shadow):
    rules.add_command(command)
