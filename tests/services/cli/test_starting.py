import gc
import subprocess
import sys

import click
import pytest

from mingjing.services.cli import main


@pytest.mark.parametrize("unneeded", ["sqlalchemy", "fastapi", "pandas", "typst"])
def test_a_worker_that_comes_back_loads_nothing_that_it_never_uses(unneeded: str) -> None:
    loaded = f"import sys, mingjing.services.cli.worker; print({unneeded!r} in sys.modules)"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert told.stdout == "False\n"


def test_once_a_command_is_loaded_garbage_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    while_loading = []

    class Loaded:
        worker = click.Command("worker")

    def load(_name: str) -> type[Loaded]:
        while_loading.append(gc.isenabled())
        return Loaded

    monkeypatch.setattr("mingjing.services.cli.import_module", load)

    assert main.get_command(click.Context(main), "worker") is Loaded.worker
    assert (while_loading, gc.isenabled()) == ([False], True)
