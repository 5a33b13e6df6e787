"""`mingjing rules`: check, test and explain packs."""

from pathlib import Path

import click

from mingjing.rules.card import LEVEL_TITLES
from mingjing.rules.pack import Pack, parse_pack
from mingjing.rules.trial import Trial, try_pack, uncovered
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.rulebook_files import load_calendar, load_rulebook, load_vocabularies, shipped

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """检查、试跑规则包。Check and test rule packs."""


@rules.command()
@click.argument("files", nargs=-1, type=FILES)
def check(files: tuple[Path, ...]) -> None:
    """检查规则包的写法与示例；refuse what is wrong, each fault with its place."""
    packs = _read(files)
    lacking = [f"{path.name}: {fault}" for path, pack in packs for fault in uncovered(pack, _trials(pack))]
    failing = [each for _, pack in packs for each in _trials(pack) if each.differences]
    for line in lacking:
        click.echo(line, err=True)
    for each in failing:
        click.echo(f"example {each.example.name!r} (line {each.example.line}): {each.differences[0]}", err=True)
    if lacking or failing:
        raise click.ClickException(f"{len(lacking) + len(failing)} faults; nothing was published")
    count = sum(len(pack.rules) for _, pack in packs)
    click.echo(f"{len(packs)} packs, {count} rules, {sum(len(pack.examples) for _, pack in packs)} examples: all hold")


@rules.command()
@click.argument("files", nargs=-1, type=FILES)
@click.option("-v", "--verbose", is_flag=True, help="Name the examples that hold, too.")
def test(files: tuple[Path, ...], *, verbose: bool) -> None:
    """试跑规则包内的示例；run every story and compare what it draws."""
    passed = failed = 0
    for path, pack in _read(files):
        for trial in _trials(pack):
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
    if failed:
        raise SystemExit(1)


@rules.command(name="list")
@click.argument("files", nargs=-1, type=FILES)
def list_rules(files: tuple[Path, ...]) -> None:
    """列出规则；list the rules with their law."""
    for _, pack in _read(files):
        click.echo(f"{pack.name} {pack.version}  {pack.title}")
        for rule in pack.rules:
            levels = "/".join(LEVEL_TITLES[rung.level] for rung in rule.rungs)
            issue = "" if rule.issue == "auto" else "（待核实）"
            click.echo(f"  {rule.id:<8} {rule.title}  {levels}{issue}  {'；'.join(rule.basis)}")


def _read(files: tuple[Path, ...]) -> list[tuple[Path, Pack]]:
    vocabularies = load_vocabularies()
    found: list[tuple[Path, Pack]] = []
    faults = []
    for path in files or sorted(shipped("packs").glob("*.yaml")):
        try:
            found.append((path, parse_pack(path.read_text("utf-8"), path.name, vocabularies)))
        except PackRefused as exc:
            faults += exc.faults
    if faults:
        raise click.ClickException(str(PackRefused(faults)))
    return found


def _trials(pack: Pack) -> list[Trial]:
    return try_pack(pack, load_calendar(), load_rulebook([]).catalogue)
