"""Questions a server can only answer once it works: each returns whether it did."""

import http.client
import socket
from collections.abc import Callable
from http import HTTPStatus

from clickhouse_driver import Client
from clickhouse_driver.errors import Error as ClickHouseError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from mingjing.services.stack.addresses import Address

_PATIENCE_S = 2.0


def http_answers(address: Address, path: str) -> Callable[[], bool]:
    """Return a probe: does GET `path` answer 200?"""

    def probe() -> bool:
        connection = http.client.HTTPConnection(address.host, address.port, timeout=_PATIENCE_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def kafka_answers(address: Address) -> Callable[[], bool]:
    """Return a probe: does the broker give metadata that name a broker and a controller?

    A KRaft broker listens a while before it has been let into its cluster.
    """

    def probe() -> bool:
        if not _listens(address):  # librdkafka would retry, slower and slower
            return False
        try:
            cluster = AdminClient({"bootstrap.servers": str(address), "log_level": 0}).list_topics(timeout=_PATIENCE_S)
        except KafkaException:
            return False
        return bool(cluster.brokers) and cluster.controller_id >= 0

    return probe


def clickhouse_answers(address: Address, user: str, password: str) -> Callable[[], bool]:
    """Return a probe: does `SELECT 1` over the native protocol give 1?"""

    def probe() -> bool:
        return clickhouse_version(address, user, password) is not None

    return probe


def clickhouse_version(address: Address, user: str, password: str) -> str | None:
    """Return the version of the ClickHouse that answers at `address`, None if none does."""
    if not _listens(address):  # the driver would log a traceback
        return None
    try:
        with Client(
            address.host,
            address.port,
            user=user,
            password=password,
            connect_timeout=_PATIENCE_S,
            send_receive_timeout=_PATIENCE_S,
            sync_request_timeout=_PATIENCE_S,
        ) as client:
            return str(client.execute("SELECT version()")[0][0])
    except (ClickHouseError, OSError, EOFError):
        return None


def _listens(address: Address) -> bool:
    try:
        with socket.create_connection(address, timeout=_PATIENCE_S):
            return True
    except OSError:
        return False
