import asyncio

import pytest
from tests.services.notices.conftest import Receiver

from mingjing.services.notices.channels.outbound import Outbound, any_success, code_is_zero
from mingjing.services.notices.courier import Courier, Delivered, HostRefused, demand_allowed


def carried(outbound: Outbound, *hosts: str) -> Delivered:
    async def carry() -> Delivered:
        courier = Courier(hosts)
        try:
            return await courier.carry(outbound)
        finally:
            await courier.close()

    return asyncio.run(carry())


def to(receiver: Receiver, path: str = "/hook") -> Outbound:
    return Outbound(receiver.url + path, {"Content-Type": "application/json"}, b"{}", any_success)


def test_a_request_reaches_an_allowed_host(receiver: Receiver) -> None:
    assert carried(to(receiver), "127.0.0.1") == Delivered(200, None)
    assert [each[0] for each in receiver.requests] == ["/hook"]


def test_nothing_is_sent_to_a_host_that_is_not_on_the_list(receiver: Receiver) -> None:
    delivered = carried(to(receiver), "mingjing.example")

    assert ("不在允许名单内" in str(delivered.failure), receiver.requests) == (True, [])


def test_a_redirection_is_a_failure_and_not_followed(receiver: Receiver) -> None:
    receiver.status = 302

    assert carried(to(receiver), "127.0.0.1").status == 302
    assert len(receiver.requests) == 1


def test_a_refusal_inside_a_success_is_a_failure(receiver: Receiver) -> None:
    receiver.answer = b'{"errcode": 93000, "errmsg": "invalid webhook url"}'
    outbound = Outbound(receiver.url, {}, b"{}", code_is_zero("errcode", "errmsg"))

    assert carried(outbound, "127.0.0.1").failure == "errcode=93000：invalid webhook url"


def test_a_receiver_that_is_away_is_a_failure_with_its_reason() -> None:
    delivered = carried(Outbound("http://127.0.0.1:9/", {}, b"{}", any_success), "127.0.0.1")

    assert (delivered.status, "ConnectError" in str(delivered.failure)) == (None, True)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://user@127.0.0.1/", "gopher://127.0.0.1/", "/hook"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(HostRefused, match="不是可发送的地址"):
        demand_allowed(url, {"127.0.0.1"})
