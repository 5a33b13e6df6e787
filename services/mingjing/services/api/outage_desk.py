"""Announcing outages: on the trail first, then on the topic, from where every process hears of it."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from mingjing.rules.outages import Outage, announcement
from mingjing.rules.publication import OUTAGE, Publication, PublicationRefused
from mingjing.services.agencies import Agency
from mingjing.services.api.feed_documents import OutageEntry, OutageList, outage_list
from mingjing.services.api.problems import Problem, unavailable
from mingjing.services.api.trail import Trail
from mingjing.services.auth.caller import Caller
from mingjing.services.auth.gate import Gate
from mingjing.services.rulebook.proposing import PublishedLaw


class OutageDesk:
    """Takes announcements of agencies and tells what was announced."""

    def __init__(self, gate: Gate, trail: Trail, published: PublishedLaw) -> None:
        self._gate = gate
        self._trail = trail
        self._published = published

    def of(self, agency: Agency) -> OutageList:
        """Return every outage of an agency; Problem 503 when Kafka is away."""
        records = [each for each in self._known().values() if each.room == OUTAGE]
        ours = [each for each in records if each.id.startswith(f"{agency.code}@")]
        return outage_list(agency.outages, ours, self._gate.now_ms() * 1000)

    async def announce(self, request: Request, caller: Caller, agency: Agency, outage: Outage) -> OutageEntry:
        """Announce an outage.

        Problem 422 for one that may not be announced so, 409 where one with this beginning
        was announced before, 503 when Kafka is away.
        """
        now = self._gate.now_ms() * 1000
        try:
            record = announcement(outage, now=now, by=caller.name)
        except PublicationRefused as exc:
            raise Problem(422, "no_outage", str(exc)) from exc
        if record.key in await run_in_threadpool(self._known):
            raise Problem(409, "announced", "同一时刻开始的停机已声明过；声明不能更改，可另行声明其后的时段")
        await self._trail.record(
            request, caller, "agency.outage", agency.code, agency=agency.code, begins=outage.begins, ends=outage.ends
        )
        try:
            await run_in_threadpool(self._published.publish, [record])
        except PublicationRefused as exc:
            raise _away() from exc
        return outage_list((), [record], now).items[0]

    def _known(self) -> dict[str, Publication]:
        try:
            return self._published.known()
        except PublicationRefused as exc:
            raise _away() from exc


def _away() -> Problem:
    return unavailable("消息系统（Kafka）暂时不可用，停机声明读写不了，请稍后再试")
