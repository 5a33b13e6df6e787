"""What is judged: the cases of agencies, the subjects that they tell, and people's steps with cards.

All are judged by owners of the same make. A docket says which log an owner folds,
where its state lies and what it says of it; partition n of each lies with the same worker.
"""

import msgspec
from prometheus_client import Counter

from mingjing.rules import desk, stored_case
from mingjing.streams import metrics
from mingjing.streams.topics import CARD_ACTIONS, CASE_EVENTS, DESK_STATE, STATE, TALLIES, TALLIES_STATE
from mingjing.streams.words import Speak, of_cases, of_desk


class Docket(msgspec.Struct, frozen=True):
    """`log` is folded, `state` is its changelog; `prefix` sets its partitions apart in metrics.

    `form` is that of a case in its state: state of another form is folded anew from the log.
    `speak` puts what is found into records. `ticks` = in event time it tells all
    subjects, and the desk of the same partition, how far it has judged. `draws` = it is
    its judges that issue cards.
    """

    log: str
    state: str
    prefix: str
    form: int
    folded: Counter
    speak: Speak
    ticks: bool = False
    draws: bool = True

    def label(self, partition: int) -> str:
        """Return what a partition is called in metrics."""
        return f"{self.prefix}{partition}"


CASES = Docket(CASE_EVENTS, STATE, "", stored_case.FORM, metrics.EVENTS_FOLDED, of_cases, ticks=True)
SUBJECTS = Docket(TALLIES, TALLIES_STATE, "tallies/", stored_case.FORM, metrics.TALLIES_FOLDED, of_cases)
STEPS = Docket(CARD_ACTIONS, DESK_STATE, "desk/", desk.FORM, metrics.ACTIONS_FOLDED, of_desk, draws=False)
