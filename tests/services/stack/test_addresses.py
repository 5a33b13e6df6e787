import socket
from collections.abc import Iterator

import pytest

from mingjing.services.stack.addresses import Address, Claim, demand_free, free_ports, taken
from mingjing.services.stack.refusal import StackRefused


@pytest.fixture
def busy() -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Address(*server.getsockname())


@pytest.mark.parametrize("text", ["", "kafka", ":9092", "kafka:", "kafka:port", "kafka:0", "kafka:65536", "kafka:-1"])
def test_what_is_no_address_is_refused_by_the_name_of_its_setting(text: str) -> None:
    with pytest.raises(StackRefused, match="MINGJING_KAFKA"):
        Address.parse(text, "MINGJING_KAFKA")


def test_an_address_is_what_it_was_read_from() -> None:
    assert str(Address.parse(" 127.0.0.1:39092 ", "MINGJING_KAFKA")) == "127.0.0.1:39092"


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("localhost", True), ("10.0.0.1", False)])
def test_only_loopback_addresses_are_local(host: str, local: bool) -> None:  # noqa: FBT001  # a column of the table
    assert Address(host, 1).local is local


def test_a_taken_port_is_refused_with_the_setting_that_moves_it(busy: Address) -> None:
    claims = [Claim("Kafka ", busy, "用 MINGJING_KAFKA=127.0.0.1:<别的端口> 换一个")]
    with pytest.raises(StackRefused, match=rf"Kafka 的端口 {busy.port} 已被.*MINGJING_KAFKA"):
        demand_free(claims)


def test_a_port_that_nobody_could_know_is_refused_by_the_name_of_its_setting() -> None:
    claims = [Claim("入库进程 ", Address("127.0.0.1", 0), "用 MINGJING_SINK_METRICS_PORT=<别的端口> 换一个")]
    with pytest.raises(StackRefused, match=r"入库进程 的端口是 0.*用 MINGJING_SINK_METRICS_PORT="):
        demand_free(claims)


def test_every_taken_port_is_named_at_once(busy: Address) -> None:
    with pytest.raises(StackRefused) as refused:
        demand_free([Claim("甲", busy, "换"), Claim("乙", busy, "换")])
    assert str(refused.value).count(str(busy.port)) == 2


def test_free_ports_are_free_and_so_is_the_one_after_each() -> None:
    ports = free_ports(5)
    both = {near for port in ports for near in (port, port + 1)}
    assert len(both) == 10
    assert not any(taken(Address("127.0.0.1", port)) for port in both)
