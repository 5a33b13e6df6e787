"""The register of agencies as agencies.yaml has it now: nobody need be restarted for whom it lets in, or out.

What a rulebook is made with, `delay_s` and the `outages` of the file, is taken over by who follows the law
(`rulebook.following`): cases are judged anew by it.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import Agencies, read_agencies
from mingjing.streams.ports import Principal

LOOK_EVERY_S = 0.5

STANDS_S = 2.0
"""How long a file must have stood in which an agency is there no more: an editor may have written half of it."""

_Stat = tuple[int, int, int]

_log = structlog.get_logger(__name__)


class Register:
    """Has `agencies` be what the file says. A file that cannot be read, or is not sound, changes nothing.

    Whom it lets in may report at once; who is there no more is let go once it has said so for `STANDS_S`,
    for what an agency reports meanwhile would be refused.
    """

    def __init__(self, agencies: Agencies, path: Path, elapsed: Callable[[], float] = time.monotonic) -> None:
        self.agencies = agencies
        self._path = path
        self._elapsed = elapsed
        self._seen: _Stat | None = None
        # What the file says, until it is taken over, and since when it has been seen to say so.
        self._said: Agencies | None = None
        self._since = 0.0
        self._looking = threading.Lock()

    def look(self) -> bool:
        """Take over what the file says if it is another than it was; return whether it was. From any thread."""
        with self._looking:
            try:
                found = self._path.stat()
                seen = (found.st_mtime_ns, found.st_size, found.st_ino)
                if seen != self._seen:
                    # Read once, and complained of once where it is not sound.
                    self._seen, self._said = seen, None
                    self._said, self._since = read_agencies(self._path), self._elapsed()
            except (OSError, UnicodeDecodeError, PackRefused) as exc:
                _log.error("agencies_unread", file=str(self._path), reason=str(exc))
                return False
            said = self._said
            if said is None or (self._lets_go(said) and self._elapsed() - self._since < STANDS_S):
                return False
            self._said = None
            self.agencies.take(said)
            return True

    def _lets_go(self, said: Agencies) -> bool:
        return not set(self.agencies.agency_codes()) <= set(said.agency_codes())


class FollowedPrincipals:
    """`Principals` of a register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    @property
    def agencies(self) -> Agencies:
        """The register itself."""
        return self._register.agencies

    def of_topic(self, topic: str) -> Principal | None:
        """Return who may write to `topic`, or None where nobody may."""
        return self._register.agencies.of_topic(topic)

    def agency_codes(self) -> Sequence[str]:
        """Return the codes of all agencies, in the file's order."""
        return self._register.agencies.agency_codes()

    def renewed(self) -> bool:
        """Look whether the file is another than it was; return whether it is."""
        return self._register.look()


class Live(Mapping[str, str]):
    """What a register says now, for who was handed a mapping once."""

    def __init__(self, ask: Callable[[], Mapping[str, str]]) -> None:
        self._ask = ask

    def __getitem__(self, key: str) -> str:
        return self._ask()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ask())

    def __len__(self) -> int:
        return len(self._ask())


def principals_in(path: Path) -> FollowedPrincipals:
    """Return those of the file; raises as `read_agencies` does."""
    return FollowedPrincipals(Register(read_agencies(path), path))


@contextmanager
def followed(agencies: Agencies, path: Path) -> Iterator[None]:
    """Have a thread look again and again, for as long as the `with` block lasts."""
    ended = threading.Event()

    def look_on() -> None:
        register = Register(agencies, path)
        while not ended.wait(LOOK_EVERY_S):
            register.look()

    thread = threading.Thread(target=look_on, name="agencies", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
