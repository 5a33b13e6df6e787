"""Build the engine's hot modules with mypyc into a folder of their own; the pure form stays what is installed.

usage: uv run --with setuptools python bench/compile.py [--into .mingjing/compiled]
Modules whose Structs are decoded stay pure: mypyc forgets the types of their fields.
Then PYTHONPATH=.mingjing/compiled runs anything, tests and bench among it, on the compiled form.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

HOT = (
    "engine",
    "judging",
    "cases",
    "timers",
    "ground",
    "view",
    "meter",
    "workdays",
    "zone",
    "office_time",
    "tally",
    "rulebook",
    "figures",
    "glances/clocks",
    "glances/order",
    "glances/people",
    "glances/asking",
    "kinds/ladder",
    "kinds/keyed",
    "expression/operators",
    "expression/evaluation",
    "expression/envelope",
    "expression/functions",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=Path(".mingjing/compiled"))
    into = parser.parse_args().into.absolute()
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree("rules", into)
    os.chdir(into)
    from mypyc.build import mypycify  # noqa: PLC0415  # reads its configuration from where it is imported
    from setuptools import setup  # noqa: PLC0415

    options = ["--explicit-package-bases", "--namespace-packages", "--ignore-missing-imports", "--config-file="]
    modules = [f"mingjing/rules/{each}.py" for each in HOT]
    sys.argv[1:] = ["build_ext", "--inplace", "--quiet"]
    setup(name="mingjing-compiled", ext_modules=mypycify([*options, *modules], opt_level="3", debug_level="0"))


if __name__ == "__main__":
    main()
