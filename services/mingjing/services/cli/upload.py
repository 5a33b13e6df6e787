"""`mingjing upload`: hand in a file for an agency, or try one, and wait for what becomes of it."""

import base64
import time
from pathlib import Path
from typing import Any

import click
import httpx

from mingjing.rules.card import LEVEL_TITLES

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_ANSWER_S = 60
_LOOK_EVERY_S = 1.0


@click.command("upload", help="报送文件：上传 CSV 或 XLSX，等待逐行处理完毕；有退回的行即以 1 退出。")
@click.argument("file", type=FILE)
@click.option("--url", required=True, help="接口地址，如 https://jc.example.gov.cn。")
@click.option("--key-file", type=FILE, required=True, help="存放部门密钥的文件；密钥不写在命令行上。")
@click.option("--standard", required=True, help="标准：up-pro、guangdong、gbt-39046。")
@click.option("--object", "name", required=True, help="标准中的对象，如 up_pro_accept。")
@click.option(
    "--column", "columns", multiple=True, help="本方的列=标准的列（名称或标题），可多次；= 后为空即不读这一列。"
)
@click.option("--source", help="数据源；省略为本部门的第一个。")
@click.option("--validate", is_flag=True, help="只校验不接收。")
@click.option("--sandbox", is_flag=True, help="试投：密钥为试投密钥，只进试投区，显示会有的牌；不发牌。")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="退回的行写到哪里；缺省为文件名加 -退回.xlsx。"
)
def upload(
    file: Path,
    url: str,
    key_file: Path,
    standard: str,
    name: str,
    columns: tuple[str, ...],
    source: str | None,
    errors: Path | None,
    *,
    validate: bool,
    sandbox: bool,
) -> None:
    """Hand in FILE with an agency's key, or try it with its sandbox key. Exit status 1: rows, or all, came back."""
    if sandbox and validate:
        raise click.UsageError("--sandbox 与 --validate 只能用一个：试投本来就不接收")
    asked: dict[str, Any] = {"standard": standard, "object": name, "column": list(columns)}
    if source is not None:
        asked["source"] = source
    errors = errors or file.with_name(f"{file.stem}-退回.xlsx")
    key = key_file.read_text("utf-8").strip()
    try:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=_ANSWER_S) as client:
            if sandbox:
                told, note = _tried(client, asked, file, errors), "（试投）"
            else:
                told, note = _handed_in(client, {**asked, "file": file.name, "validate": validate}, file, errors)
    except httpx.HTTPError as exc:
        raise click.ClickException(f"{url}: {exc}") from exc
    click.echo(
        f"{told['rows']} 行：接收 {told['accepted']} 行（{told['events']} 个事件），退回 {told['returned']} 行{note}"
    )
    for sentence, count in told["remarks"].items():
        click.echo(f"  注意 {count} 行：{sentence}")
    for card in told.get("cards", ()):
        click.echo(f"  {would_be(card)}")
    if told["returned"]:
        click.echo(f"退回的行在 {errors}，改好后整表重传即可。", err=True)
        raise SystemExit(1)


def would_be(card: dict[str, Any]) -> str:
    """Return a card of the sandbox, as `mingjing replay` has it, in a line."""
    return f"会有 {LEVEL_TITLES[card['level']]}：{card['case'].partition('/')[2]} {card['rule']}"


def _handed_in(client: httpx.Client, asked: dict[str, Any], file: Path, errors: Path) -> tuple[dict[str, Any], str]:
    """Return what became of the file, and how to find it again; what came back is put in `errors`."""
    with file.open("rb") as content:
        job = _told(client.post("/v1/uploads", params=asked, content=content))
    job = _finished(client, f"/v1/uploads/{job['id']}")
    if job["errors"] is not None:
        errors.write_bytes(_sound(client.get(job["errors"])).content)
    if job["state"] != "done":
        raise click.ClickException(job["reason"])
    if job["receipt"] is None:
        return job, "（仅校验）"
    kept = _told(client.get(f"/v1/receipts/{job['receipt']}"))
    return job, f"，回执 {job['receipt']}：新收 {kept['accepted']} 个事件，重复 {kept['duplicate']} 个"


def _tried(client: httpx.Client, asked: dict[str, Any], file: Path, errors: Path) -> dict[str, Any]:
    """Return what became of the file in the sandbox; what came back is put in `errors`."""
    told = _told(client.post("/v1/sandbox/file", params=asked, content=file.read_bytes()))
    if told["errors"] is not None:
        errors.write_bytes(base64.b64decode(told["errors"]))
    return told


def _finished(client: httpx.Client, place: str) -> dict[str, Any]:
    with click.progressbar(length=1, label="处理中", show_eta=False) as bar:
        while True:
            job = _told(client.get(place))
            bar.length = max(job["lines"], 1)
            bar.update(min(job["rows"], bar.length) - bar.pos)
            if job["state"] not in {"waiting", "reading"}:
                return job
            time.sleep(_LOOK_EVERY_S)


def _told(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = _sound(answer).json()
    return told


def _sound(answer: httpx.Response) -> httpx.Response:
    """Return the answer; ClickException with what the API says is wrong."""
    if answer.is_error:
        said = answer.json() if "json" in answer.headers.get("content-type", "") else {"title": str(answer.status_code)}
        raise click.ClickException(f"{said['title']}：{said.get('detail', '')}")
    return answer
