"""Real event logs, judged by `mingjing replay` and compared with an independent truth, case by case.

The logs may be read and never copied: they lie in the folder MINGJING_REAL_LOGS
names, by default beside the project.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOGS = Path(os.environ.get("MINGJING_REAL_LOGS", ROOT.parent / "shared" / "data"))

pytestmark = [
    pytest.mark.real_logs,
    pytest.mark.skipif(
        not (LOGS / "judge.py").is_file(),
        reason=f"no event logs in {LOGS}: name their folder in MINGJING_REAL_LOGS to judge them",
    ),
]


@pytest.mark.parametrize(
    ("log", "rules"), [("wabo_receipt", 13), ("bpic15_2", 14), ("bpic20_domestic", 7), ("rtfm_dev", 15)]
)
def test_every_rule_on_a_real_log_finds_exactly_the_cases_of_the_truth(log: str, rules: int, tmp_path: Path) -> None:
    judged = subprocess.run(
        [
            sys.executable,
            str(LOGS / "judge.py"),
            str(LOGS),
            log,
            "--cmd",
            f"{sys.executable} -m mingjing.services.cli",
            "--keep",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert judged.stdout.endswith(f"{log}: {rules}/{rules} rules exact\n")
