"""notices.yaml: which cards are told to whom, by which channel, and at which hours.

Read once at the edge. What is found wrong is refused with file, line and column,
all of it at once. No secret stands in the file.
"""

import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path

import msgspec

from mingjing.rules.card import LEVELS, Level
from mingjing.rules.workflow import ROLE_TITLES, Role
from mingjing.rules.yaml_page import Node, YamlPage, nearest
from mingjing.services.ledger.scope import region_prefix
from mingjing.services.notices.addresses import SHAPES, Addresses
from mingjing.services.notices.channel import Channel
from mingjing.services.notices.courier import HostRefused, demand_allowed
from mingjing.services.notices.route import Quiet, Route, Rung
from mingjing.services.notices.steps import CONCERNS, Matter

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_REGION = re.compile(r"\d{2,12}")
_DAY_MINUTES = 24 * 60

_ROUTE = (
    *("name", "channels", "levels", "rules", "region", "agencies", "quiet", "digest", "urgent"),
    *("escalate", "confided", "role", "tells"),
)


class Plan(msgspec.Struct, frozen=True):
    """Everything a plan says; `old_after` is in minutes."""

    hosts: frozenset[str]
    channels: Mapping[str, Channel]
    routes: tuple[Route, ...]
    old_after: int


def read_plan(path: Path) -> Plan:
    """Return what the file at `path` plans; PackRefused with every fault at its place, and FileNotFoundError."""
    return parse_plan(path.read_text("utf-8"), path.name, path.parent)


def parse_plan(text: str, name: str, folder: Path, environ: Mapping[str, str] = os.environ) -> Plan:
    """Return what the YAML `text` plans; see `read_plan`. Files with secrets are named from `folder`."""
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, ("hosts", "old_after", "channels", "routes"), ("hosts", "channels", "routes"))
    hosts = frozenset(each.lower() for each in page.texts(top.get("hosts")))
    channels: dict[str, Channel] = {}
    addresses = Addresses(page, folder, environ)
    for node in page.items(top.get("channels")):
        channel = _channel(page, node, addresses, hosts)
        if channel is not None:
            _unique(page, node, "channel", channel.name, channels)
            channels[channel.name] = channel
    routes: dict[str, Route] = {}
    for node in page.items(top.get("routes")):
        route = _route(page, node, channels)
        _unique(page, node, "route", route.name, routes)
        routes[route.name] = route
    page.refuse()
    return Plan(hosts, channels, tuple(routes.values()), page.number(top.get("old_after"), _DAY_MINUTES))


def _channel(page: YamlPage, node: Node, addresses: Addresses, hosts: frozenset[str]) -> Channel | None:
    kind_node = page.entries(node).get("kind")
    if kind_node is None:
        page.fault(node, "key 'kind' is missing")
        return None
    kind = page.word(kind_node, tuple(SHAPES), "webhook")
    known, needed = SHAPES[kind]
    faults = len(page.faults)
    fields = page.mapping(node, ("name", "kind", *known), ("name", "kind", *needed))
    address = addresses.read(kind, fields)
    if len(page.faults) == faults:
        try:
            demand_allowed(address.url, hosts)
        except HostRefused as exc:
            page.fault(fields.get("url", fields.get("host")), str(exc))
    return Channel(_named(page, fields.get("name")), address)


def _route(page: YamlPage, node: Node, channels: Mapping[str, Channel]) -> Route:
    fields = page.mapping(node, _ROUTE, ("name", "channels"))
    role = _role(page, fields.get("role"))
    route = Route(
        name=_named(page, fields.get("name")),
        channels=_known(page, fields.get("channels"), channels),
        levels=_levels(page, fields.get("levels")),
        rules=frozenset(page.texts(fields.get("rules"))),
        region=_region(page, fields.get("region")),
        agencies=frozenset(page.texts(fields.get("agencies"))),
        quiet=_quiet(page, fields.get("quiet")),
        digest=_time(page, fields.get("digest")) if "digest" in fields else None,
        urgent=_levels(page, fields.get("urgent")),
        escalate=tuple(_rung(page, each, channels) for each in page.items(fields.get("escalate"))),
        confided=page.flag(fields.get("confided"), default=False),
        role=role,
        tells=_tells(page, fields.get("tells"), role),
    )
    if route.digest is not None and route.quiet is not None:
        page.fault(fields["quiet"], "a digest has its hour already; leave `quiet` or `digest` out")
    if route.urgent and route.digest is None and route.quiet is None:
        page.fault(fields["urgent"], "`urgent` passes over `quiet` or `digest`, and this route has neither")
    if route.escalate and "card" not in route.tells:
        page.fault(fields["escalate"], "a card is escalated that nobody signs for, and this route `tells` of no card")
    if route.role == "clerk":
        _own(page, node, fields, route)
    return route


def _own(page: YamlPage, node: Node, fields: Mapping[str, Node], route: Route) -> None:
    """Note where people of an agency would be told what is not theirs to know."""
    if len(route.agencies) != 1:
        place = fields.get("agencies", node)
        page.fault(place, "clerks are told of their own agency alone; name it in `agencies`, one route an agency")
    if route.confided:
        page.fault(fields["confided"], "clerks are of those complained of; leave `confided` out")


def _role(page: YamlPage, node: Node | None) -> Role | None:
    word = page.word(node, tuple(ROLE_TITLES), "")
    return next((role for role in ROLE_TITLES if role == word), None)


def _tells(page: YamlPage, node: Node | None, role: Role | None) -> frozenset[Matter]:
    """Return what the route tells of: what it says, or cards, and all that concerns the role it names."""
    concerning = frozenset(
        matter for matter, roles in CONCERNS.items() if role in roles or (matter, role) == ("card", None)
    )
    if node is None:
        return concerning
    if role is None:
        page.fault(node, f"whom it concerns depends on who reads there; add `role`, one of {', '.join(ROLE_TITLES)}")
    told: set[str] = set()
    for each in page.items(node):
        word = page.word(each, tuple(CONCERNS), "card")
        told.add(word)
        if role is not None and word not in concerning:
            page.fault(each, f"{word!r} does not concern a {role}; here may stand {', '.join(sorted(concerning))}")
    return frozenset(matter for matter in CONCERNS if matter in told)


def _rung(page: YamlPage, node: Node, channels: Mapping[str, Channel]) -> Rung:
    fields = page.mapping(node, ("after", "to"), ("after", "to"))
    return Rung(page.number(fields.get("after"), 1), _known(page, fields.get("to"), channels))


def _known(page: YamlPage, node: Node | None, channels: Mapping[str, Channel]) -> tuple[str, ...]:
    """Return names of channels; they are the plan's own, so none is a word of the grammar."""
    names = page.items(node)
    for each in names:
        text = page.text(each)
        if text not in channels:
            page.fault(each, f"{text!r} is not one of {', '.join(channels)}{nearest(text, channels)}")
    return tuple(map(page.text, names))


def _levels(page: YamlPage, node: Node | None) -> frozenset[Level]:
    words = {page.word(each, LEVELS, "red") for each in page.items(node)}
    return frozenset(level for level in LEVELS if level in words)


def _region(page: YamlPage, node: Node | None) -> str:
    text = page.text(node)
    if node is not None and not _REGION.fullmatch(text):
        page.fault(node, f"{text!r} is not a region code of 12 digits or the beginning of one")
    return region_prefix(text)


def _quiet(page: YamlPage, node: Node | None) -> Quiet | None:
    if node is None:
        return None
    fields = page.mapping(node, ("begin", "end"), ("begin", "end"))
    quiet = Quiet(_time(page, fields.get("begin")), _time(page, fields.get("end")))
    if quiet.begin == quiet.end and len(fields) == 2:  # noqa: PLR2004  # begin and end
        page.fault(node, "quiet hours that begin when they end are none; leave `quiet` out")
    return quiet


def _time(page: YamlPage, node: Node | None) -> time:
    try:
        return time.fromisoformat(page.text(node) or "00:00")
    except ValueError:
        page.fault(node, f"{page.text(node)!r} is not a time of day; write '08:30'")
        return time()


def _named(page: YamlPage, node: Node | None) -> str:
    text = page.text(node)
    if node is not None and not _NAME.fullmatch(text):
        page.fault(node, f"{text!r} is not a name: up to 32 lower-case letters, digits and hyphens, a letter first")
    return text


def _unique(page: YamlPage, node: Node, what: str, name: str, taken: Mapping[str, object]) -> None:
    if name in taken:
        page.fault(node, f"{what} {name!r} stands here a second time")
