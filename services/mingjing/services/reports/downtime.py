"""When the systems of agencies were declared down, as a table that is read beside the events of a month."""

from collections.abc import Iterator, Sequence

from mingjing.rules.view import Outages

_LATE_ANYHOW_MS = 31 * 86_400_000
"""An outage is left out that begins only after the agency has worked for so long since the month ended."""

_NOBODY = "('', 0, 0)"
"""An outage of no length that nobody had: a list of none would be a list of nothing in particular."""


def declared(outages: Outages, begin: int, end: int) -> str:
    """Return the table of agency, down_since and down_until, of all that concerns what happened in [begin, end).

    `outages` are in microseconds, all else in milliseconds. The two lists of an agency are as long as each other, and
    no two stretches of it overlap: what lay in any of them is what lay in each, added up.
    """
    rows = [
        f"({_quoted(agency)}, {since}, {until})"
        for agency, stretches in sorted(outages.items())
        for since, until in _concerned(_apart(stretches), begin, end)
    ]
    return (
        "(SELECT tupleElement(each, 1) AS agency, groupArray(toUInt64(tupleElement(each, 2))) AS down_since, "  # noqa: S608
        "groupArray(toUInt64(tupleElement(each, 3))) AS down_until "
        f"FROM (SELECT arrayJoin([{', '.join([_NOBODY, *rows])}]) AS each) GROUP BY agency)"
    )


def _apart(stretches: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield stretches in order, in milliseconds, less of each what lies in those before it."""
    known = 0
    for since, until in sorted(stretches):
        begins, ends = max(since // 1000, known), until // 1000
        if begins < ends:
            yield begins, ends
            known = ends


def _concerned(stretches: Iterator[tuple[int, int]], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches in which something may have lain between its happening in [begin, end) and its report."""
    worked = end + _LATE_ANYHOW_MS
    for since, until in stretches:
        if since >= worked:
            return
        if until > begin:
            worked += max(0, until - max(since, end))
            yield since, until


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
