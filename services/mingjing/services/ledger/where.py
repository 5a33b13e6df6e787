"""Conditions of a query, which begin with the reader's scope."""

from collections.abc import Sequence
from typing import Any, Self

from mingjing.services.ledger.scope import Scope, region_prefix


class Where:
    """A conjunction that grows; every value in it travels as a parameter.

    It cannot be made without a scope. The table it is used on has the columns
    `agency` and `region`, unless `without_region` is asked for.
    """

    def __init__(self, scope: Scope) -> None:
        self.params: dict[str, Any] = {}
        self._clauses: list[str] = []
        if scope.regions is not None:
            within = [f"startsWith(region, {self._given(region_prefix(each))})" for each in scope.regions]
            self._clauses.append(f"({' OR '.join(within)})" if within else "0")
        if scope.agencies is not None:
            self.among("agency", scope.agencies)
            self._clauses += [] if scope.agencies else ["0"]

    @classmethod
    def without_region(cls, scope: Scope) -> Self:
        """Begin a condition on a table that knows agencies only.

        What cannot be seen to lie in the scope is not shown: a scope of regions
        that names no agencies sees nothing.
        """
        agencies = () if scope.regions is not None and scope.agencies is None else scope.agencies
        return cls(Scope(None, agencies))

    def beside(self) -> "Where":
        """Return an empty condition whose values travel with this one's: for a query within it, which asks no scope."""
        inner = Where(Scope.everything())
        inner.params = self.params
        return inner

    def equal(self, column: str, value: object | None) -> Self:
        """Want `column` to be `value`; None wants nothing."""
        if value is not None:
            self._clauses.append(f"{column} = {self._given(value)}")
        return self

    def unlike(self, column: str, value: object) -> Self:
        """Want `column` not to be `value`."""
        self._clauses.append(f"{column} != {self._given(value)}")
        return self

    def begins(self, column: str, text: str | None) -> Self:
        """Want `column` to begin with `text`; None wants nothing."""
        if text is not None:
            self._clauses.append(f"startsWith({column}, {self._given(text)})")
        return self

    def among(self, column: str, values: Sequence[object]) -> Self:
        """Want `column` to be one of `values`; none of them wants nothing."""
        if values:
            self._clauses.append(f"{column} IN {self._given(tuple(values))}")
        return self

    def want(self, condition: str) -> Self:
        """Want a condition made of one that was begun `beside` this."""
        self._clauses.append(condition)
        return self

    def within(self, column: str, query: str) -> Self:
        """Want `column` to be one of those that `query` finds."""
        self._clauses.append(f"{column} IN ({query})")
        return self

    def shown_at(self, levels: Sequence[str]) -> Self:
        """Want a card to show one of `levels`; none of them wants nothing. For the table `cards`.

        People's decisions count while the finding stands: what the engine took back shows what it was.
        """
        if levels:
            given = self._given(tuple(levels))
            decided = "SELECT card_id FROM card_decisions FINAL WHERE decided = 1 AND shown"
            as_found = f"level IN {given} AND (status = 'withdrawn' OR card_id NOT IN ({decided} NOT IN {given}))"
            as_left = f"status != 'withdrawn' AND card_id IN ({decided} IN {given})"
            self._clauses.append(f"({as_found} OR {as_left})")
        return self

    def of_enterprise(self, enterprise: str | None) -> Self:
        """Want the case to name `enterprise`; None wants nothing. The table it is used on has the column `case_key`."""
        if enterprise is not None:
            named = self.beside().equal("enterprise", enterprise).equal("gone", 0)
            self.within("case_key", f"SELECT case_key FROM enterprise_cases FINAL WHERE {named.sql}")  # noqa: S608
        return self

    def at_least(self, column: str, value: object | None) -> Self:
        """Want `column` not to be below `value`; None wants nothing."""
        if value is not None:
            self._clauses.append(f"{column} >= {self._given(value)}")
        return self

    def within_region(self, region: str | None) -> Self:
        """Want the region to be `region` or to lie in it; None wants nothing."""
        if region is not None:
            self.begins("region", region_prefix(region))
        return self

    def contains(self, columns: Sequence[str], text: str | None) -> Self:
        """Want `text` somewhere in one of `columns`, in capitals or not; None and blank want nothing."""
        if text and text.strip():
            wanted = text.strip()
            needle, sought = self._given(wanted), _search_for(wanted)
            self._clauses.append("(" + " OR ".join(f"{sought}({each}, {needle}) > 0" for each in columns) + ")")
        return self

    def below(self, columns: Sequence[str], bound: Sequence[object] | None) -> Self:
        """Want the tuple of `columns` to come before `bound`; None wants nothing."""
        if bound is not None:
            values = ", ".join(self._given(each) for each in bound)
            self._clauses.append(f"({', '.join(columns)}) < ({values})")
        return self

    @property
    def sql(self) -> str:
        """Return the condition, `1` when everything is wanted."""
        return " AND ".join(self._clauses) or "1"

    def _given(self, value: object) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"


def _search_for(text: str) -> str:
    """Return the quickest function that finds `text` in capitals or not: no byte of ASCII is part of another letter."""
    if not text.isascii():
        return "positionCaseInsensitiveUTF8"
    return "positionCaseInsensitive" if text.upper() != text.lower() else "position"
