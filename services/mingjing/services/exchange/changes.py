"""Following a topic of Debezium: a change is committed once what it stands for is in Kafka."""

from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord

from mingjing.services.exchange.carry import Fetched
from mingjing.services.exchange.debezium import ChangeRefused, read_change
from mingjing.services.exchange.fetching import ROWS_AT_ONCE, Fetcher, Means
from mingjing.services.exchange.plan import Source
from mingjing.services.standards.rows import Remark
from mingjing.services.standards.saying import Said
from mingjing.streams.broker import Broker

_WAIT_MS = 1000


class ChangeFetcher(Fetcher):
    """One topic of the plan; a round takes what has come since the last."""

    def __init__(self, source: Source, means: Means, broker: Broker) -> None:
        super().__init__(source, means)
        self._consumer = AIOKafkaConsumer(
            source.topic,
            **broker.keywords(),
            group_id=f"mingjing-exchange-{source.name}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        self._begun = False

    async def round(self) -> None:
        """Take what has come, some hundred changes at a time."""
        if not self._begun:
            await self._consumer.start()
            self._begun = True
        while True:
            polled = await self._consumer.getmany(timeout_ms=_WAIT_MS, max_records=ROWS_AT_ONCE)
            records = [record for batch in polled.values() for record in batch]
            if not records:
                break
            try:
                await self._taken(records)
            except BaseException:
                # The consumer has gone past them; a commit of the next round would take them for passed on.
                for place, batch in polled.items():
                    if batch:
                        self._consumer.seek(place, batch[0].offset)
                raise
            await self._consumer.commit()
        self.done()

    async def stop(self) -> None:
        """Leave the group."""
        if self._begun:
            await self._consumer.stop()

    async def _taken(self, records: list[ConsumerRecord[Any, Any]]) -> None:
        rows: list[Fetched] = []
        refused: list[tuple[bytes, Remark]] = []
        for record in records:
            try:
                change = read_change(record.value)
            except ChangeRefused as exc:
                refused.append((record.value or b"", Remark("", "", str(exc))))
            else:
                if change is not None:
                    said = Said(operation=change.operation, recorded=change.at, row=self.source.row)
                    rows.append(Fetched(change.row, said, change.before))
        await self.carried(rows, {"topic": self.source.topic}, refused=refused)
