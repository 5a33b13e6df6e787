"""The compiled form of the rules says what the pure one says: built as people build it, held to the same tests."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PURE = ""
IN_INSTRUCTIONS = "tests/rules/test_engine_budget.py"
"""Counts what an interpreter does, of which the compiled form has little."""

pytestmark = [pytest.mark.system, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of an unpacked wheel whose rules are compiled."""
    made = tmp_path_factory.mktemp("compiled")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made],
        cwd=ROOT,
        env={**os.environ, "HATCH_BUILD_HOOKS_ENABLE": "1"},
        check=True,
        capture_output=True,
    )
    (wheel,) = made.glob("*.whl")
    ZipFile(wheel).extractall(made / "unpacked")
    return str(made / "unpacked")


def run(form: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the modules of a form, which lie in a folder that is looked into first."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": form},
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_command_says_which_form_it_is(compiled: str) -> None:
    command = ("-m", "mingjing.services.cli", "--version")

    assert [run(form, *command).stdout.split(", ")[-1].strip() for form in (PURE, compiled)] == [
        "pure rules",
        "compiled rules",
    ]


def test_both_forms_say_and_keep_the_same_of_a_city_to_the_byte(compiled: str) -> None:
    said = {form: run(form, "tests/rules/city_said.py").stdout.split() for form in (PURE, compiled)}

    assert (said[PURE][0], said[compiled][0]) == ("pure", "compiled")
    assert said[PURE][1:] == said[compiled][1:]


def test_the_compiled_form_passes_every_test_of_the_rules(compiled: str) -> None:
    ran = run(
        compiled, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "tests/rules",
        f"--deselect={IN_INSTRUCTIONS}", "--timeout=900",
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]
