"""`mingjing rules propose` and `approve`: publishing through the same gate as everybody, signed in as oneself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
import orjson

CSRF = "X-CSRF-Token"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ANSWER_S = 120
"""A proposal's packs are tried on their own stories before it is taken."""

Command = Callable[..., None]


def _signed_in(command: Command) -> Command:
    for option in (
        click.option("--url", required=True, help="接口地址，如 https://jc.example.gov.cn。"),
        click.option("--as", "name", required=True, help="以哪个账号登录。"),
        click.password_option(confirmation_prompt=False, envvar="MINGJING_PASSWORD", help="口令；省略则提示输入。"),
        click.option("--code", help="动态口令；账号启用了才需要。"),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--title", required=True, help="一句话说明改了什么。")
@click.option("--in-force", required=True, help="自何时起施行，带时差的时刻，至少在批准的十分钟之后。")
@click.option("--backtest", "tried", type=FILE, help="backtest --out 写下的结果，必须附上。")
@_signed_in
def propose(
    files: tuple[Path, ...],
    title: str,
    in_force: str,
    tried: Path | None,
    url: str,
    name: str,
    password: str,
    code: str | None,
) -> None:
    """提请发布文件的新版本；offer versions to be published, for somebody of another role to approve."""
    asked: dict[str, Any] = {
        "title": title,
        "in_force": in_force,
        "files": {file.name: file.read_text("utf-8") for file in files},
    }
    if tried is not None:
        asked["backtest"] = orjson.loads(tried.read_bytes())
    with _session(url, name, password, code) as client:
        made = _told(client.post("/v1/rulebook/proposals", json=asked))
    click.echo(f"提请 {made['id']}：{'、'.join(made['keys'])}，自 {made['in_force']} 施行；待另一角色的人批准")


@click.command()
@click.argument("proposal")
@_signed_in
def approve(proposal: str, url: str, name: str, password: str, code: str | None) -> None:
    """批准并发布一份提请；approve a proposal that somebody of another role made, and publish it."""
    with _session(url, name, password, code) as client:
        here = f"/v1/rulebook/proposals/{proposal}"
        held = _told(client.get(here))
        click.echo(f"{held['title']}：{'、'.join(held['keys'])}，自 {held['in_force']} 施行，由 {held['made_by']} 提请")
        click.echo(f"回测摘要 {held['digest']}")
        click.confirm("批准并发布？", abort=True)
        _told(client.post(f"{here}/approval"))
    click.echo("已发布")


@contextmanager
def _session(url: str, name: str, password: str, code: str | None) -> Iterator[httpx.Client]:
    """Sign in for the time of a command, and out again."""
    try:
        with httpx.Client(base_url=url, timeout=ANSWER_S) as client:
            state = _told(client.post("/v1/session", json={"name": name, "password": password}))
            client.headers[CSRF] = state["csrf"] or ""
            if state["stage"] == "code":
                state = _told(client.post("/v1/session/code", json={"code": code or click.prompt("动态口令")}))
                client.headers[CSRF] = state["csrf"] or ""
            if state["stage"] != "open":
                raise click.ClickException(f"账号 {name} 须先在浏览器中登录一次并更换口令")
            try:
                yield client
            finally:
                client.delete("/v1/session")
    except httpx.HTTPError as exc:
        raise click.ClickException(f"{url}: {exc}") from exc


def _told(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_success:
        return dict(answer.json())
    try:
        problem = answer.json()
    except ValueError:
        raise click.ClickException(f"{answer.request.url}: {answer.status_code}") from None
    lines = [problem["detail"], *(f"  {each['pointer']} {each['detail']}" for each in problem.get("errors", ()))]
    raise click.ClickException("\n".join(lines))
