"""The law of all times: the files an installation has, and over them every version that was published."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from mingjing.rules.eras import turning
from mingjing.rules.outages import announced
from mingjing.rules.publication import OUTAGE, Publication, PublicationRefused, Room
from mingjing.rules.rulebook import Rulebook
from mingjing.rules.view import NO_OUTAGES, Outages
from mingjing.rules.yaml_page import PackRefused
from mingjing.services.agencies import Agencies
from mingjing.services.rulebook.assembling import LawFile, assemble, law_file
from mingjing.services.rulebook_files import days_off, every_rule, law_files
from mingjing.services.settings import Settings


class _Declared(NamedTuple):
    """What a register of agencies says that cases are judged by."""

    delays: Mapping[str, int]
    outages: Outages


class Installed:
    """The files that an installation names, which count where, and until, something else is published.

    Delays and outages are those of the register `agencies`, as it was, and as it is found by `renewed`.
    Raises PackRefused and FileNotFoundError as `rulebook_of` does.
    """

    def __init__(self, settings: Settings, agencies: Agencies | None = None) -> None:
        self._files = {(each.room, each.id): each for each in law_files(settings)}
        self._calendar = days_off(settings)
        self._agencies = agencies
        self._declared = self._seen = self._declaring()
        self._known: dict[tuple[LawFile, ...], Rulebook] = {}
        self._chain: list[tuple[int, Rulebook, Rulebook]] = []
        self.rulebook = self._assembled(self._files)

    def renewed(self) -> bool:
        """Take over what the register declares by now; return whether `rulebook`, and all made with it, is another.

        It is taken over once it was found twice: an editor may have written half of the file.
        """
        seen, self._seen = self._seen, self._declaring()
        if seen == self._declared or seen != self._seen:
            return False
        self._declared = seen
        self._known, self._chain = {}, []
        self.rulebook = self._assembled(self._files)
        return True

    def _declaring(self) -> _Declared:
        if self._agencies is None:
            return _Declared({}, NO_OUTAGES)
        return _Declared(self._agencies.delays(), self._agencies.outages())

    def with_published(self, versions: Collection[Publication]) -> Rulebook:
        """Return the rulebook of all times.

        A published version takes the place of the file with its room and id, or joins
        the files, from the instant it is in force; a profile takes the place of any other.
        Outages announced are excused beside those of agencies.yaml.
        Raises PublicationRefused where what is published does not make a rulebook together.
        """
        excused = announced(versions)
        later: list[tuple[int, Rulebook]] = []
        files = dict(self._files)
        for instant in sorted({each.in_force for each in versions if each.room != OUTAGE}):
            for each in versions:
                if each.room != OUTAGE and each.in_force == instant:
                    _replace(files, law_file(each.room, f"{each.id}.yaml", each.text), each)
            try:
                later.append((instant, self._assembled(files)))
            except PackRefused as exc:
                new = "、".join(each.key for each in versions if each.room != OUTAGE and each.in_force == instant)
                raise PublicationRefused(f"{new} 与其余文件合在一起不成规则库：{exc}") from exc
        try:
            return turning(self._whole(later), self.rulebook.calendar, later).excusing(excused)
        except PackRefused as exc:
            raise PublicationRefused(f"已发布的版本合在一起不成规则库：{exc}") from exc

    def _whole(self, later: Sequence[tuple[int, Rulebook]]) -> Rulebook:
        """Return one rulebook after the other, from where they last were others: mostly one is new, and the last."""
        pairs = enumerate(zip(self._chain, later, strict=False))
        other = (n for n, (known, (since, book)) in pairs if known[0] != since or known[1] is not book)
        del self._chain[next(other, len(later)) :]
        whole = self._chain[-1][2] if self._chain else self.rulebook
        for since, book in later[len(self._chain) :]:
            whole = whole.succeeded_by(book, since)
            self._chain.append((since, book, whole))
        return whole

    def _assembled(self, files: Mapping[tuple[Room, str], LawFile]) -> Rulebook:
        wanted = tuple(files.values())
        if wanted not in self._known:
            self._known[wanted] = assemble(
                wanted,
                delays=self._declared.delays,
                outages=self._declared.outages,
                calendar=self._calendar,
                elsewhere=every_rule,
            )
        return self._known[wanted]


def _replace(files: dict[tuple[Room, str], LawFile], file: LawFile, version: Publication) -> None:
    if (file.room, file.id) != (version.room, version.id):
        raise PublicationRefused(f"{version.key} 的正文是 {file.room}/{file.id}，与其编号不符")
    if file.room == "profile":
        for key in [key for key in files if key[0] == "profile"]:
            del files[key]
    files[file.room, file.id] = file
