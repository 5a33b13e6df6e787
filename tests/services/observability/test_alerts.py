"""Alerts ask for metrics that exist, lead to a runbook, and each has a story that makes it sound."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingjing.services.api.runbooks import page_of, shipped
from mingjing.services.observability import metrics

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES: dict[str, Any] = yaml.safe_load((PROMETHEUS / "rules.yml").read_text("utf-8"))
EVERY = [rule for group in RULES["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in EVERY if "alert" in rule}
STORIES: dict[str, Any] = yaml.safe_load((PROMETHEUS / "rules_test.yml").read_text("utf-8"))


def told(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=PROMETHEUS, capture_output=True, text=True, check=False)


def test_rules_and_their_stories_hold() -> None:
    done = told("promtool", "test", "rules", "rules_test.yml")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_configuration_is_one_that_prometheus_takes() -> None:
    done = told("promtool", "check", "config", "prometheus.yml")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_is_one_that_alertmanager_takes() -> None:
    done = told("amtool", "check-config", "alertmanager.yml")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.get("alert") or rule.get("record"))
def test_a_rule_asks_for_what_is_exposed_or_recorded(rule: dict[str, Any]) -> None:
    known = {name for each in metrics.defined() for name in each.exposed}
    recorded = {each["record"] for each in EVERY if "record" in each}

    named = set(re.findall(r"mingjing(?::\w+)+|mingjing_\w+", rule["expr"]))

    assert named <= known | recorded


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_leads_to_its_runbook(name: str) -> None:
    link, _, anchor = ALERTS[name]["annotations"]["runbook_url"].partition("#")

    assert link == "{{ $externalLabels.mingjing }}/runbooks"
    assert f'<h2 id="{anchor}">' in page_of(shipped())


@pytest.mark.parametrize("path", [PROMETHEUS / "prometheus.yml", ROOT / "deploy" / "compose" / "prometheus.yml"])
def test_every_configuration_says_where_the_runbooks_are(path: Path) -> None:
    base = yaml.safe_load(path.read_text("utf-8"))["global"]["external_labels"]["mingjing"]

    assert base in {"http://127.0.0.1:8600", "${MINGJING_PUBLIC_URL}"}


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_has_a_story_in_which_it_sounds(name: str) -> None:
    sounding = {
        each["alertname"]
        for story in STORIES["tests"]
        for each in story.get("alert_rule_test", [])
        if each["exp_alerts"]
    }

    assert name in sounding
