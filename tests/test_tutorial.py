"""docs/tutorial.md runs as pasted: its files are written, its commands run, and they say what the page says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?( append)?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def _commands(console: str) -> Iterator[tuple[str, str]]:
    """Yield (command, what the page says it prints) of a block."""
    for part in console.split("\n$ ") if console.startswith("$ ") else ():
        command, _, said = part.removeprefix("$ ").partition("\n")
        yield command, said.rstrip("\n")


def _run(command: str, folder: Path) -> str:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MINGJING_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**ours, "PATH": path, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return "\n".join(line.rstrip() for line in done.stdout.splitlines() if line.strip()).strip("\n")


def test_every_command_of_the_tutorial_prints_what_the_page_says(tmp_path: Path) -> None:
    ran = 0
    for language, title, append, body in BLOCK.findall(PAGE.read_text("utf-8")):
        if title:
            before = (tmp_path / title).read_text("utf-8") if append else ""
            (tmp_path / title).write_text(before + body, "utf-8")
        elif language == "console":
            for command, said in _commands(body):
                wanted = "\n".join(line.rstrip() for line in said.splitlines() if line.strip())
                found = _run(command, tmp_path)
                assert re.fullmatch(re.escape(wanted).replace("…", ".*"), found), f"$ {command}\n{found}"
                ran += 1
    assert ran > 10


@pytest.mark.parametrize("name", ["cards.csv", "summary.html", "case.html", "tried.json"])
def test_the_tutorial_names_the_files_it_writes(name: str) -> None:
    assert f"--out {name}" in PAGE.read_text("utf-8")
