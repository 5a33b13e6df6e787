"""How long an inspector waits for the first screen: from asking for the address to figures on it, with nothing cached.

usage: python bench/first_screen.py [--runs 15]
The API of a local stack serves the built console on loopback to Chromium at 1366×768; somebody is signed in.
`painted` is the first contentful paint, `figures` the instant at which the overview's numbers stand on the screen,
both in milliseconds; `bytes` is what went over the line, console and answers together.
"""

import argparse
import statistics
from pathlib import Path

from figures import FOLDER, machine, percentile, write
from playwright.sync_api import Browser, sync_playwright

from mingjing.services.auth.gate import Gate
from mingjing.services.registry import Account, open_registry
from mingjing.services.settings import read_settings
from mingjing.services.stack.addresses import free_ports
from mingjing.services.stack.folder import Folder
from mingjing.services.stack.up import Stack

CHROMIUM = "/usr/bin/chromium"
SERVING = ("kafka", "clickhouse", "topics", "migrations", "api")
FIGURES = """() => {
    if (!/\\d/.test(document.querySelector('[data-ledger] .big')?.textContent ?? '')) return false
    window.figuresAt ??= performance.now()
    return performance.getEntriesByName('first-contentful-paint').length > 0
}"""
TIMES = """() => ({
    painted: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    figures: window.figuresAt,
    bytes: performance.getEntriesByType('resource').reduce((sum, each) => sum + each.transferSize, 0),
})"""
NAME, PASSWORD = "bench", "Water-over-stone-7"


def main() -> None:
    """Measure, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    wanted = parser.parse_args()
    facts = machine()
    folder = FOLDER.absolute() / "first-screen"
    settings = read_settings(data_dir=folder, api_port=free_ports(1)[0], agencies=Path("deploy/local/agencies.yaml"))
    Folder(settings.data_dir).wipe()
    with Stack(settings, only=SERVING), sync_playwright() as playwright:
        registry = open_registry(settings)
        gate = Gate(settings, registry)
        gate.people.add(Account(name=NAME, title=NAME, role="inspector"), PASSWORD, gate.now_ms())
        registry.accounts.change(NAME, must_change=False)
        registry.database.close()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        runs = measured(browser, f"http://{settings.api_host}:{settings.api_port}/console/", wanted.runs)
        browser.close()
    rows = [
        {
            "what": what,
            "runs": len(runs),
            "p50": round(statistics.median(each[what] for each in runs)),
            "p90": round(percentile([each[what] for each in runs], 0.9)),
            "max": round(max(each[what] for each in runs)),
        }
        for what in ("painted", "figures", "bytes")
    ]
    write("first-screen", facts, rows)


def measured(browser: Browser, address: str, runs: int) -> list[dict[str, float]]:
    """Return milliseconds and bytes of each run, each in a browser that has never been here."""
    door = browser.new_context()
    page = door.new_page()
    page.goto(address)
    page.get_by_role("textbox", name="账号").fill(NAME)
    page.get_by_role("textbox", name="口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_function(FIGURES)
    signed_in = door.storage_state()
    found = []
    for _ in range(runs):
        context = browser.new_context(storage_state=signed_in, viewport={"width": 1366, "height": 768})
        page = context.new_page()
        page.goto(address, wait_until="commit")
        page.wait_for_function(FIGURES, polling="raf")
        found.append(page.evaluate(TIMES))
        context.close()
    return found


if __name__ == "__main__":
    main()
