"""Following what is published: a thread that asks Kafka, and makes rulebooks of what it is told."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from mingjing.rules.publication import Publication, PublicationRefused
from mingjing.rules.rulebook import Rulebook
from mingjing.services.agencies import Agencies
from mingjing.services.rulebook.history import Installed
from mingjing.services.rulebook.topic import RulebookReader
from mingjing.services.settings import Settings
from mingjing.streams import metrics
from mingjing.streams.broker import Broker
from mingjing.streams.ports import Heard

log = logging.getLogger(__name__)

ASK_EVERY_S = 2.0
STOP_S = 2.0


class RulebookFollower:
    """`Laws` of an installation, from the topic `rulebook` over its own files.

    All that was published so far is read before it is made (PublicationRefused where Kafka
    does not answer), unless it shall not `wait`: then the files count until Kafka does. A
    record that cannot be used, alone or beside the others, is told on the log and counted,
    and the law goes on as it was. What agencies.yaml declares of delays and outages is followed, too.
    """

    def __init__(self, broker: Broker, installed: Installed, *, wait: bool = True) -> None:
        self._installed = installed
        self._reader = RulebookReader(broker)
        self._versions: list[Publication] = []
        self._told = 0
        self._news: Heard | None = None
        self._sure_at = 0.0
        self._stopped = threading.Event()
        self.heard = Heard(installed.rulebook, [])
        if wait:
            self._ask()
            self._news = self.heard
        self._thread = threading.Thread(target=self._follow, name="rulebook", daemon=True)
        self._thread.start()

    def news(self) -> Heard | None:
        """Return all that is known, if there was anything new since the last call; never blocks."""
        news, self._news = self._news, None
        return news

    def silent_s(self) -> float:
        """Return for how many seconds it has not been certain that nothing else was published."""
        return time.monotonic() - self._sure_at

    def close(self) -> None:
        """Ask no more; a question that Kafka has not answered yet ends with the process."""
        self._stopped.set()
        self._thread.join(STOP_S)
        if not self._thread.is_alive():
            self._reader.close()

    def _follow(self) -> None:
        while not self._stopped.wait(ASK_EVERY_S):
            try:
                self._declared_anew()
                if self._ask():
                    self._news = self.heard
            except PublicationRefused as exc:
                log.warning("%s", exc)

    def _declared_anew(self) -> None:
        """Take over delays and outages that agencies.yaml declares by now, if they are others."""
        if self._installed.renewed():
            self.heard = self._news = Heard(self._installed.with_published(self._versions), self.heard.versions)
            log.info("delays and outages of agencies.yaml are others than they were, and taken over")

    def _ask(self) -> bool:
        """Read what is new, and say whether the law is another by it."""
        asked_at = time.monotonic()
        new = self._reader.catch_up()
        for refused in self._reader.refused[self._told :]:
            _refused(refused)
        self._told = len(self._reader.refused)
        known = len(self._versions)
        for act in acts(new):
            try:
                rulebook = self._installed.with_published([*self._versions, *act])
            except PublicationRefused as exc:
                _refused(str(exc))
                continue
            self._versions += act
            self.heard = Heard(rulebook, tuple(self._versions))
        self._sure_at = asked_at
        return len(self._versions) > known


@contextmanager
def following(settings: Settings, agencies: Agencies) -> Iterator[Callable[[], Rulebook]]:
    """Lend what returns the law of all times of an installation, which grows by what is published meanwhile.

    Raises as `Installed` and a waiting `RulebookFollower` do.
    """
    laws = RulebookFollower(settings.broker, Installed(settings, agencies))
    try:
        yield lambda: laws.heard.rulebook
    finally:
        laws.close()


def acts(versions: Iterable[Publication]) -> Iterator[Sequence[Publication]]:
    """Yield the versions by the act that published them: those of one act stand or fall together."""
    for _, act in groupby(versions, key=lambda each: (each.published, each.in_force)):
        yield list(act)


def _refused(reason: str) -> None:
    metrics.RULEBOOK_REFUSED.inc()
    log.error("a published version is left out, and the law goes on as it was: %s", reason)
