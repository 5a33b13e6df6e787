"""Addresses the stack listens on, and whether they are free."""

import random
import socket
from collections.abc import Sequence
from typing import NamedTuple, Self

from mingjing.services.stack.refusal import StackRefused

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})

# Below the range the kernel hands out to outgoing connections, so that none of
# those can take a port between our choosing it and a server's binding it.
_FIRST_PORT, _LAST_PORT = 20_000, 32_000


class Address(NamedTuple):
    """HOST:PORT."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, setting: str) -> Self:
        """Return the address `text` spells; StackRefused, naming `setting`, when it spells none."""
        host, _, port = text.strip().rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
            raise StackRefused(
                f"{setting}={text!r} 不是“主机:端口”；例如 127.0.0.1:{19092 if 'KAFKA' in setting else 19000}。"
            )
        return cls(host, int(port))

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it; what we start listens nowhere else."""
        return self.host in _LOOPBACK

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Claim(NamedTuple):
    """A port something is about to listen on, and the words to move it elsewhere."""

    title: str
    address: Address
    remedy: str


def taken(address: Address) -> bool:
    """Return whether something listens on `address` already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return True
    return False


def demand_free(claims: Sequence[Claim]) -> None:
    """Raise StackRefused naming every claimed port that is taken, or that nobody could know, and what moves it."""
    faults = [
        f"{claim.title}的端口是 0（任意）：本机栈要问它是否就绪，须知道它在哪里；请{claim.remedy}。"
        if claim.address.port == 0
        else f"{claim.title}的端口 {claim.address.port} 已被别的程序占用；请停掉那个程序，或{claim.remedy}。"
        for claim in claims
        if claim.address.port == 0 or taken(claim.address)
    ]
    if faults:
        raise StackRefused("\n".join(faults))


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Return `count` ports nothing listens on, none of which an outgoing connection can be given.

    The one after each is free and not returned: a Kafka broker takes two.
    """
    dice = random.SystemRandom()
    found: list[int] = []
    while len(found) < count:
        port = dice.randrange(_FIRST_PORT, _LAST_PORT, 2)
        if port not in found and not any(taken(Address(host, near)) for near in (port, port + 1)):
            found.append(port)
    return found
