from pathlib import Path

from mingjing.services.settings import Settings
from mingjing.services.stack.components import COMPONENTS, process_claims


def titles(settings: Settings) -> list[str]:
    return [claim.title.strip() for claim in process_claims(settings, frozenset(COMPONENTS), 1)]


def test_without_a_plan_nobody_is_to_be_told_and_no_notifier_runs() -> None:
    assert "通知进程" not in titles(Settings())


def test_with_a_plan_the_notifier_runs() -> None:
    assert "通知进程" in titles(Settings(notices=Path("notices.yaml")))
