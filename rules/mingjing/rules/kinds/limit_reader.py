"""Reading limits: how long, counted how, moved by what."""

from datetime import date

from mingjing.rules.kinds.limit import ITEM_CLOCKS, Limit
from mingjing.rules.kinds.reader import TIME_PATHS, RuleReader
from mingjing.rules.term import UNIT_TITLES, DatedLimit, Term

COUNTS = ("end-of-day", "to-the-second", "close-of-business")
KEYS = ("otherwise", "unit", "extend", "pause", "roll", "count")
"""Keys that say more of a limit, beside `limit` or `within` itself."""

Terms = str | Term | tuple[DatedLimit, ...] | None


def read_limit(rule: RuleReader, terms: Terms) -> Limit:
    """Return the limit with what the rule says of its count, pauses and extensions."""
    fields, page = rule.fields, rule.page
    limit = Limit(
        terms,
        rule.path("due"),
        page.word(fields.get("count"), COUNTS, "end-of-day"),  # type: ignore[arg-type]  # one of Count
        page.flag(fields.get("roll"), default=True),
        rule.pauses(),
        rule.extensions(),
        rule.term(fields["otherwise"]) if "otherwise" in fields else None,
        page.word(fields.get("unit"), tuple(UNIT_TITLES), "") or None,  # type: ignore[arg-type]  # one of Unit
    )
    for key in ("otherwise", "unit"):
        if key in fields and not isinstance(terms, str):
            page.fault(
                fields[key], f"rule {rule.id}: `{key}` speaks of a limit found elsewhere; this one is written out"
            )
    _refuse_mixed_units(rule, limit)
    return limit


def read_terms(rule: RuleReader, key: str = "limit") -> Terms:
    """Return what stands under `key`: a term, the name of an item's limit, a path, or terms by date."""
    node = rule.fields.get(key)
    if node is None:
        return None
    entries = rule.page.items(node)
    if entries == [node]:
        text = rule.page.text(node)
        if text in ITEM_CLOCKS:
            return text
        return rule.lead(node, text) if text.startswith(TIME_PATHS) else rule.term(node)
    dated: list[DatedLimit] = []
    for entry in entries:
        found = rule.page.mapping(entry, ("from", "limit"), ("from", "limit"))
        try:
            since = date.fromisoformat(rule.page.text(found.get("from")))
        except ValueError:
            rule.page.fault(found.get("from", entry), f"rule {rule.id}: `from` is not a date; write 2010-08-13")
            continue
        dated.append(DatedLimit(since, rule.term(found.get("limit"))))
    return tuple(sorted(dated, key=lambda each: each.since))


def _refuse_mixed_units(rule: RuleReader, limit: Limit) -> None:
    """Refuse what moves a limit in another unit than its own, as far as the rule alone can tell."""
    terms = limit.terms
    known = [terms] if isinstance(terms, Term) else [each.term for each in terms] if isinstance(terms, tuple) else []
    known += [limit.otherwise] if limit.otherwise is not None else []
    moves = [("extend", "extension", each.by) for each in limit.extensions]
    moves += [("extend", "cap", each.cap) for each in limit.extensions if each.cap is not None]
    moves += [("pause", "cap", each.cap) for each in limit.pauses if each.cap is not None]
    for key, name, amount in moves:
        for term in known:
            if isinstance(amount, Term) and amount.unit != term.unit:
                rule.page.fault(
                    rule.fields.get(key), f"rule {rule.id}: {name} {amount} and limit {term} are in different units"
                )
