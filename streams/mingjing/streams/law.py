"""The law under a worker's feet: what is published while it is at work, it judges by, without a restart.

A version is published ten minutes before it comes into force, at the least, and no
live event is of more than five minutes ahead. So a worker that knew of everything four
minutes ago has judged nothing yet that a version it does not know of will decide. One
that has not been able to ask for longer than that ends: better late than by no law.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

import faust

from mingjing.rules.publication import OUTAGE, Publication
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.tally import subjects_of
from mingjing.streams import metrics
from mingjing.streams.ports import Laws

log = logging.getLogger(__name__)

ASK_EVERY_S = 1.0
MOST_SILENT_S = 4 * 60


class LawUnheard(RuntimeError):
    """It is not known what was published; judging on might be judging by law that is no more."""


class Adopting(Protocol):
    """Whoever judges by a rulebook, and can be told of another."""

    def adopt(self, rulebook: Rulebook) -> None:
        """Judge by another rulebook from now on."""
        ...


class Law:
    """The rulebook that is known now, and that of the subjects which cases tell of."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.learn(rulebook)

    def learn(self, rulebook: Rulebook) -> None:
        """Let judges to come judge by another rulebook."""
        self.rulebook = rulebook
        self.of_subjects = subjects_of(rulebook)
        metrics.RULEBOOK.clear()
        metrics.RULEBOOK.labels(rulebook.fingerprint).set(1)


def tell(versions: Iterable[Publication]) -> None:
    """Publish which versions of the law are known, and from when on each is in force."""
    for each in (version for version in versions if version.room != OUTAGE):
        metrics.PUBLISHED_IN_FORCE.labels(each.key).set(each.in_force / 1e6)


def follow(
    app: faust.App,
    laws: Laws,
    law: Law,
    cases: Adopting,
    subjects: Adopting,
    die: Callable[[Exception], None],
) -> None:
    """Have the app ask `laws` while it is at work, and let `law` and every owner go by what it hears."""

    async def go_on_asking() -> None:
        while not app.should_stop:
            await app.sleep(ASK_EVERY_S)
            try:
                ask(laws, law, cases, subjects)
            except Exception as exc:  # noqa: BLE001  # a worker that hears nothing must not judge on
                die(exc)

    app.task(go_on_asking)


def ask(laws: Laws, law: Law, cases: Adopting, subjects: Adopting) -> None:
    """Ask once, and tell what is new, the owners only where the law is another by it.

    Raises LawUnheard where it has not been heard for too long.
    """
    silent = laws.silent_s()
    metrics.RULEBOOK_SILENT.set(silent)
    if silent > MOST_SILENT_S:
        raise LawUnheard(f"the topic rulebook could not be read for {silent:.0f} s; is Kafka there?")
    heard = laws.news()
    if heard is None:
        return
    tell(heard.versions)
    if heard.rulebook is law.rulebook:
        return  # the law that the owners began with; a look at each of a million cases is not for nothing
    law.learn(heard.rulebook)
    cases.adopt(law.rulebook)
    subjects.adopt(law.of_subjects)
    log.info("judging by rulebook %s from now on", law.rulebook.fingerprint)
