"""What reports count from the archive of events: the facts that stand, and the tasks and errands they make up.

An archive holds every word that was sent. Of two with one (source, id) the one recorded
later stands, as it does for the engine (where both were recorded at once, either: the
same one every time); a corrected event gives way to its last correction, a voided one
to nothing. All events of a case are read, whatever month they are of, so that a
correction that moves one into another month counts it there and nowhere else.
"""


def past_day(day: str) -> str:
    """Return the first instant past a day that the column `day` writes YYYY-MM-DD; 0 of none."""
    return (
        f"if({day} = '', 0, 1000 * toUInt64("
        f"toUnixTimestamp(concat(toString(toDateOrZero({day}) + 1), ' 00:00:00'), '{{zone}}')))"
    )


CHOSEN, CHOSEN_NEXT = "chosen_first", "chosen_next"
"""The tables of keys that are laid aside before rows are read: see `Rows.chosen`."""

OF_THE_MONTH = "SELECT DISTINCT case_key FROM events WHERE type IN ({types}) AND at_ms >= {begin} AND at_ms < {end}"
"""One event of a case that falls into the month makes the whole case be read."""


_DEPTH = 5
"""So many corrections of corrections are followed back to the fact: a chain of one branch of any length needs one."""


def _standing(types: str, cases: str) -> str:
    """Return the facts that stand, one a row, of `types`, in the cases whose keys lie in the table `cases`.

    In the order of what was recorded, of each source of a case by itself: a fact that
    something corrects is out, and so is a correction that is not the last of its
    fact, or whose fact is itself one that was outdone.
    """
    ancestors = "".join(f", indexOf(idents, parents[above{depth}]) AS above{depth + 1}" for depth in range(1, _DEPTH))
    chosen = " AND ".join(
        f"(parents[above{depth}] = '' OR (has(idents, parents[above{depth}]) AND "
        f"length(parents) + 1 - indexOf(arrayReverse(parents), parents[above{depth}]) = above{depth}))"
        for depth in range(1, _DEPTH + 1)
    )
    return f"""(
    SELECT case_key, tupleElement(step, 6) AS type, tupleElement(step, 2) AS at_ms, tupleElement(step, 7) AS agency,
           tupleElement(step, 8) AS region, tupleElement(step, 9) AS item, tupleElement(step, 10) AS post,
           tupleElement(step, 11) AS data, tupleElement(step, 3) AS sequence, of_source AS source,
           tupleElement(step, 4) AS event_id
    FROM (
        SELECT case_key, of_source, step, idents, parents, indexOf(idents, tupleElement(step, 4)) AS above1{ancestors}
        FROM (
            SELECT case_key, of_source, arrayMap(x -> tupleElement(x, 4), steps) AS idents,
                   arrayMap(x -> tupleElement(x, 5), steps) AS parents, steps
            FROM (
                SELECT case_key, of_source, arraySort(groupArray(
                    (said, at, seq, ident, parent, kind, of_agency, of_region, of_item, of_post, data))) AS steps
                FROM (
                    SELECT case_key, toString(source) AS of_source, event_id AS ident,
                           if(corrects = event_id, '', corrects) AS parent, toString(type) AS kind, at_ms AS at,
                           sequence AS seq, if(recorded_ms = 0, at_ms, recorded_ms) AS said,
                           toString(agency) AS of_agency, toString(region) AS of_region, toString(item) AS of_item,
                           post AS of_post, if(type IN ({types}), visitParamExtractRaw(body, 'data'), '') AS data
                    FROM events WHERE case_key IN (SELECT key FROM {cases})
                    ORDER BY said DESC, cityHash64(body) DESC LIMIT 1 BY case_key, of_source, ident
                ) GROUP BY case_key, of_source
            )
        ) ARRAY JOIN steps AS step
    ) WHERE tupleElement(step, 6) IN ({types}) AND NOT has(parents, tupleElement(step, 4))
        AND {chosen}
)"""  # noqa: S608  # types and conditions of our own


FACTS = _standing("{types}", CHOSEN)
"""Standing facts of the `types` that a count asks for, of the chosen cases."""

_TASK_TYPES = "'task.assigned', 'task.done', 'task.cancelled'"

ASSIGNED = "SELECT DISTINCT case_key FROM events WHERE type = 'task.assigned'"
"""Of whatever month: when a task is due, only its events say."""

TASKS = f"""(
    SELECT argMinIf(of_agency, turn, kind = 'task.assigned') AS agency,
           argMinIf(of_region, turn, kind = 'task.assigned') AS region,
           argMinIf(of_item, turn, kind = 'task.assigned') AS item,
           argMinIf(of_post, turn, kind = 'task.assigned') AS post,
           argMinIf(visitParamExtractString(data, 'kind'), turn, kind = 'task.assigned') AS task,
           argMinIf(visitParamExtractString(data, 'due_on'), turn, kind = 'task.assigned') AS due_on,
           greatest({past_day("due_on")}, 1) - 1 AS due_ms,
           minIf(at, kind = 'task.done') AS done_ms, countIf(kind = 'task.cancelled') AS cancelled,
           countIf(kind = 'task.done' AND visitParamExtractString(data, 'published_at') != '') AS published
    FROM (
        SELECT case_key, type AS kind, at_ms AS at, agency AS of_agency, region AS of_region, item AS of_item,
               post AS of_post, data, (at_ms, agency, region, data, item, post) AS turn
        FROM {_standing(_TASK_TYPES, CHOSEN)}
    ) GROUP BY case_key HAVING countIf(kind = 'task.assigned') > 0
)"""  # noqa: S608  # our own words
"""Tasks, one a row: due_ms is the last millisecond of the day by which it should be done, done_ms when it was; or 0."""

DELIVERED = (
    "SELECT DISTINCT case_key FROM events WHERE type = 'intermediary.delivered' AND at_ms >= {begin} AND at_ms < {end}"
)
"""An intermediary's delivery in the month makes the whole case be read."""

_ERRAND_TYPES = "'intermediary.engaged', 'intermediary.delivered'"

ERRANDS = f"""(
    SELECT case_key, argMinIf(of_agency, turn, kind = 'intermediary.engaged') AS agency,
           argMinIf(of_region, turn, kind = 'intermediary.engaged') AS region,
           argMinIf(of_item, turn, kind = 'intermediary.engaged') AS item,
           argMinIf(of_post, turn, kind = 'intermediary.engaged') AS post,
           minIf(at, kind = 'intermediary.engaged') AS engaged_ms,
           maxIf(at, kind = 'intermediary.delivered') AS delivered_ms
    FROM (
        SELECT case_key, type AS kind, at_ms AS at, agency AS of_agency, region AS of_region, item AS of_item,
               post AS of_post, visitParamExtractString(data, 'intermediary') AS whom,
               (at_ms, agency, region, item, post) AS turn
        FROM {_standing(_ERRAND_TYPES, CHOSEN)}
    ) GROUP BY case_key, whom HAVING engaged_ms > 0 AND delivered_ms >= engaged_ms
)"""  # noqa: S608  # our own words
"""What an intermediary was asked for in a case, one a row: from when it was first engaged to its last delivery."""

_FILING = "reject.filed"

_TURNING_AWAY = f"'{_FILING}', 'case.not_accepted', 'case.returned', 'case.decided'"

WITH_A_FILING = f"""
    SELECT case_key FROM case_figures FINAL
    WHERE has(types, '{_FILING}') AND ended_ms >= {{begin}} AND ended_ms < {{end}}
"""  # noqa: S608  # our own words
"""The cases that ended in the month and say that their refusal was filed."""

FILED_IN_TIME = f"""
    SELECT case_key FROM (
        SELECT case_key, arraySort(groupArray((at_ms, sequence, source, event_id, type))) AS steps,
               arrayFirstIndex(x -> tupleElement(x, 5) = '{_FILING}', steps) AS filing,
               arrayFirstIndex(x -> tupleElement(x, 5) != '{_FILING}', steps) AS refusal
        FROM {_standing(_TURNING_AWAY, CHOSEN)}
        WHERE type != 'case.decided' OR visitParamExtractString(data, 'result') = 'denied'
        GROUP BY case_key
    ) WHERE filing > 0 AND filing < refusal
"""  # noqa: S608  # our own words
"""Of the chosen cases those whose refusal was filed (否定报备) before the first of their refusals, as REJ-01 has it.

In the order of the law: of one instant, by sequence, source and id.
"""

FILED = f"(SELECT * FROM case_figures FINAL WHERE case_key IN (SELECT key FROM {CHOSEN_NEXT}))"  # noqa: S608
"""Figures of those cases."""
