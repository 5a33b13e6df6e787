"""Cards at the level they show: the one question by which reports, dashboards and exports count them."""

from collections.abc import Sequence


def cards_as_shown(held: str, columns: Sequence[str], *, staged: Sequence[str] = (), among: str = "1") -> str:
    """Return a table expression: `columns` of the cards of which `held` is true, with the level each shows.

    `level` is what people left of the card: '' where it was revoked, dismissed or
    exempted or is still to be confirmed, the lower one where it was lowered, and that
    of the finding, `drawn`, where nobody has touched it. `held` speaks of the columns of
    `cards`, where `level` is the drawn one; `staged` are columns of `card_stages` to
    have beside, and `among` is true of the rows there that can matter: for a few cards
    only their rows need be read. Cards that the engine took back itself are among them: ask for `status`.
    """
    told, beside = ", ".join(columns), "".join(f", {name}" for name in staged)
    return (
        f"(SELECT card_id, {told}, drawn, if(known, shown, drawn) AS level{beside} "  # noqa: S608  # our own words
        f"FROM (SELECT card_id, {told}, level AS drawn FROM cards FINAL WHERE {held}) AS c "
        f"ANY LEFT JOIN (SELECT card_id, shown, toUInt8(1) AS known{beside} FROM card_stages FINAL WHERE {among}) AS s "
        "USING card_id)"
    )
