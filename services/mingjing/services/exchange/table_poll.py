"""A table of an exchange database (前置库), polled by watermark or by status flag.

Watermark: rows are read in the order of a column that rises when a row is written.
Writers commit out of that order, so the last `overlap_s` seconds are read again each
time; a row that was read and has not changed is passed over, and what is sent twice
all the same has the same event ids. Flag: rows with the unread value are read, and
marked once they are in; a crash between the two reads them again, which does no harm.
A row whose column is empty is reached by neither way: such rows are counted, never passed over in silence.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Literal

import msgspec
import orjson
from sqlalchemy import Column, Connection, Engine, MetaData, Table, and_, func, or_, select, update
from sqlalchemy.exc import NoSuchTableError

from mingjing.services.exchange.ports import Marks
from mingjing.services.standards.rows import Row

ROWS_AT_ONCE = 500


class TableRefused(ValueError):
    """The table is not as the plan says; the text names what is missing."""


class TablePlan(msgspec.Struct, frozen=True, kw_only=True):
    """One table and how to follow it.

    `key` tells rows apart. With `mode` watermark, `column` is the one that rises; with
    flag it holds `unread` until we set it to `read`.
    """

    name: str
    table: str
    key: tuple[str, ...]
    mode: Literal["watermark", "flag"]
    column: str
    unread: str = "0"
    read: str = "1"
    overlap_s: int = 300


class TablePoll:
    """Follows one table. TableRefused when it is not as planned, SQLAlchemyError when it cannot be read."""

    def __init__(self, engine: Engine, plan: TablePlan, marks: Marks) -> None:
        self._engine = engine
        self._plan = plan
        self._marks = marks
        self._seen: dict[bytes, tuple[Any, bytes]] = {}
        self._table = self._reflected()

    def batches(self) -> Iterator[list[Row]]:
        """Yield the rows that are new, some hundred at a time; each batch is marked when the next is asked for."""
        yield from self._by_flag() if self._plan.mode == "flag" else self._by_watermark()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def unmarked(self) -> int:
        """Return how many rows are never read, because the column by which the table is followed is NULL in them."""
        column = self._column(self._plan.column)
        counted = select(func.count()).select_from(self._table).where(column.is_(None))
        with self._engine.connect() as connection:
            return connection.execute(counted).scalar_one()

    @property
    def remedy(self) -> str:
        """How rows come to be read whose column is empty."""
        plan = self._plan
        what = "此刻的值（早于断点的仍读不到）" if plan.mode == "watermark" else f"未读值 {plan.unread}"
        return f"这些行的 {plan.column} 为空，采集不到；请填{what}，下一轮即采集，并把该列设为 NOT NULL"

    def _by_watermark(self) -> Iterator[list[Row]]:
        rising = self._column(self._plan.column)
        keys = [self._column(each) for each in self._plan.key]
        mark = self._marks.get(self._plan.name)
        start = _back(_restored(mark), self._plan.overlap_s) if mark is not None else None
        after: tuple[Any, ...] | None = None
        while True:
            wanted = select(self._table).where(rising.is_not(None)).order_by(rising, *keys).limit(ROWS_AT_ONCE)
            if after is not None:
                wanted = wanted.where(_beyond([rising, *keys], after))
            elif start is not None:
                wanted = wanted.where(rising >= start)
            rows = self._fetched(wanted)
            if not rows:
                break
            last = rows[-1]
            after = tuple(last[each.name] for each in (rising, *keys))
            if fresh := [row for row in rows if self._is_fresh(row)]:
                yield fresh
            self._marks.set(self._plan.name, _kept(after[0]))
            self._forget_before(_back(after[0], self._plan.overlap_s))
            if len(rows) < ROWS_AT_ONCE:
                break

    def _by_flag(self) -> Iterator[list[Row]]:
        flag = self._column(self._plan.column)
        keys = [self._column(each) for each in self._plan.key]
        while rows := self._fetched(
            select(self._table).where(flag == _typed(flag, self._plan.unread)).order_by(*keys).limit(ROWS_AT_ONCE)
        ):
            yield [_without(flag.name, row) for row in rows]
            with self._engine.begin() as connection:
                for row in rows:
                    self._mark_read(connection, flag, keys, row)

    def _mark_read(self, connection: Connection, flag: Column[Any], keys: Sequence[Column[Any]], row: Row) -> None:
        """Mark a row that has not changed since it was read; one that has is read again."""
        this = and_(*(key == row[key.name] for key in keys))
        held = connection.execute(select(self._table).where(this).with_for_update()).mappings().one_or_none()
        if held is not None and _digest(dict(held)) == _digest(row):
            connection.execute(update(self._table).where(this).values({flag.name: _typed(flag, self._plan.read)}))

    def _is_fresh(self, row: Row) -> bool:
        key = _digest([row[self._column(each).name] for each in self._plan.key])
        content = _digest(row)
        if self._seen.get(key, (None, b""))[1] == content:
            return False
        self._seen[key] = (row[self._column(self._plan.column).name], content)
        return True

    def _forget_before(self, moment: Any) -> None:
        self._seen = {key: each for key, each in self._seen.items() if each[0] >= moment}

    def _fetched(self, wanted: Any) -> list[Row]:
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).mappings()
            # Their names are a kind of text of SQLAlchemy's own, which is no key of JSON.
            return [{str(name): value for name, value in row.items()} for row in rows]

    def _column(self, name: str) -> Column[Any]:
        found = next((each for each in self._table.columns if each.name.lower() == name.lower()), None)
        if found is None:
            known = "、".join(each.name for each in self._table.columns)
            raise TableRefused(f"表 {self._plan.table} 没有列 {name}；列为：{known}")
        return found

    def _reflected(self) -> Table:
        schema, _, name = self._plan.table.rpartition(".")
        try:
            return Table(name, MetaData(), schema=schema or None, autoload_with=self._engine)
        except NoSuchTableError as exc:
            raise TableRefused(f"没有表 {self._plan.table}；请核对表名与账号的读取权限") from exc


def _typed(column: Column[Any], written: str) -> Any:
    """Return what a plan writes as the column holds it: not every database compares numbers with text."""
    try:
        return column.type.python_type(written)
    except (NotImplementedError, TypeError, ValueError):
        return written


def _without(name: str, row: Row) -> Row:
    return {each: value for each, value in row.items() if each != name}


def _beyond(columns: Sequence[Column[Any]], values: Sequence[Any]) -> Any:
    """Return (a, b, …) > (x, y, …) spelled out: not every database compares rows."""
    return or_(
        *(
            and_(*(columns[each] == values[each] for each in range(place)), columns[place] > values[place])
            for place in range(len(columns))
        )
    )


def _back(mark: Any, seconds: int) -> Any:
    """Return the mark less the overlap; a mark that is no time has none."""
    return mark - timedelta(seconds=seconds) if isinstance(mark, datetime) else mark


def _kept(mark: Any) -> str:
    kind = "time" if isinstance(mark, datetime) else "day" if isinstance(mark, date) else type(mark).__name__
    told = mark.isoformat() if isinstance(mark, date) else str(mark) if isinstance(mark, Decimal) else mark
    return orjson.dumps([kind, told]).decode()


def _restored(text: str) -> Any:
    kind, value = orjson.loads(text)
    if kind == "time":
        return datetime.fromisoformat(value)
    if kind == "Decimal":
        return Decimal(value)
    return date.fromisoformat(value) if kind == "day" else value


def _digest(content: Any) -> bytes:
    return blake2b(orjson.dumps(content, default=str, option=orjson.OPT_NON_STR_KEYS), digest_size=16).digest()
