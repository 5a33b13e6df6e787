"""The local stack as a whole: what `mingjing dev up` promises."""

import http.client
import json

import pytest

from mingjing.services.stack.components import COMPONENTS
from mingjing.services.stack.up import Stack

pytestmark = pytest.mark.system


def get(stack: Stack, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(stack.settings.api_host, stack.settings.api_port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_every_component_is_ready_and_has_its_time(stack: Stack) -> None:
    assert {name.partition("-")[0] for name in stack.times} == set(COMPONENTS) - {"notify"}  # only with a plan
    assert all(program.pid for program in stack.programs.values())


def test_cards_are_served_with_the_place_to_follow_them_from(stack: Stack, agency_key: str) -> None:
    status, body = get(stack, "/v1/cards", {"Authorization": f"Bearer {agency_key}"})
    assert status == 200
    assert json.loads(body)["feed"]


@pytest.mark.parametrize("name", ["worker-1", "sink", "archive", "api"])
def test_a_process_that_is_killed_comes_back(stack: Stack, name: str) -> None:
    program = stack.programs[name]
    before = program.pid
    program.kill()
    program.wait_ready()
    assert program.pid not in {before, None}
    assert get(stack, "/readyz")[0] == 200
