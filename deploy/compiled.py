"""The compiled form: the hot part of the rules as machine code, which mypyc makes of the same sources.

A build hook of the wheel that runs only where it is asked for (HATCH_BUILD_HOOKS_ENABLE=1, `make compiled`). The
wheel it is asked for carries the sources too, and beside those that are hot what was made of them, which Python
imports first. Left out are the modules that define msgspec records (mypyc keeps neither the terms of such a class,
`frozen` or `array_like`, nor the annotations that msgspec decodes by), `engine_fault`, of which others derive theirs,
and `rulebook`, which is copied.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from mypyc.build import mypycify
from setuptools import setup

ROOM = Path("rules/mingjing/rules")

HOT = (
    *("begun", "card_record", "case", "case_facts", "cases", "census", "clock", "concerned", "corrections", "deem"),
    *("deeming", "engine", "eras", "figures", "fingerprint", "folding", "forgetting", "form", "ground", "grounds"),
    *("judging", "matching", "meter", "office_time", "register", "remembering", "running", "scope", "seats"),
    *("shapes", "story", "subject", "tally", "timers", "under_way", "values", "view", "witness", "workdays", "zone"),
    *("expression/envelope", "expression/evaluation", "expression/measured", "expression/operators"),
    *("expression/plain",),
    *("glances/asking", "glances/clock_terms", "glances/clocks", "glances/each_clock", "glances/every_kind"),
    *("glances/glance", "glances/order", "glances/people", "glances/quiet", "glances/reaching"),
    *("kinds/clock_trace", "kinds/courses", "kinds/in_time", "kinds/keyed", "kinds/ladder", "kinds/seen"),
)
"""What an event goes through, from `Engine.fold` to the card it draws."""

GROUP = "mingjing_rules"
"""Names the one library that holds them all; the others only point into it."""


class CompiledRules(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its configuration open
    """Adds the compiled modules to a wheel; an editable install stays pure."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and name what came of it by its place in the wheel, which is then one for this Python alone."""
        if version == "editable":
            return
        self._made = TemporaryDirectory()
        made = Path(self._made.name)
        before = Path.cwd()
        os.chdir(self.root)
        try:
            compile_into(made)
        finally:
            os.chdir(before)
        libraries = {str(each): each.relative_to(made / "lib").as_posix() for each in (made / "lib").rglob("*.so")}
        build_data["force_include"] |= libraries
        build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind but the wheel."""
        del build_data, artifact_path
        if version != "editable":
            self._made.cleanup()


def compile_into(made: Path) -> None:
    """Put the libraries into `made`/lib, laid out as a wheel has them; the project's folder is the current one.

    mypyc ends the process, having said why, where a module is not typed as it needs.
    """
    sources = [str(ROOM / f"{each}.py") for each in HOT]
    terms = ["--config-file", "pyproject.toml", "--no-warn-unused-configs", "--cache-dir", str(made / "cache")]
    libraries = mypycify([*terms, *sources], opt_level="2", debug_level="0", group_name=GROUP, target_dir=str(made))
    setup(
        name=GROUP,
        packages=[],
        ext_modules=libraries,
        script_args=["--quiet", "build_ext", "--build-lib", str(made / "lib"), "--build-temp", str(made / "objects")],
    )
