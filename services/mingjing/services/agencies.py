"""agencies.yaml: who is supervised, where, and what each may report.

What is found wrong is refused with file, line and column, all of it at once; processes
follow the file while they work (`agencies_following`).
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from mingjing.rules.pack import DEFAULT_ZONE
from mingjing.rules.yaml_page import Node, YamlPage
from mingjing.rules.zone import Zone
from mingjing.services.settings import SettingsRefused
from mingjing.streams.ports import Principal
from mingjing.streams.topics import ingest_topic

TIERS = ("省", "市", "县", "镇", "村")
ALL_TYPES = "*"
LEAST_QUOTA = 1_000
"""A quota below one whole batch would refuse it for ever."""
QUOTA = 60_000
"""The quota of who is given none: a thousand events a second."""
NO_QUOTA = "none"

_NEEDED = ("code", "title", "region", "sources")
_CODE = re.compile(r"[0-9A-HJ-NP-RT-UW-Y]{18}")
_REGION = re.compile(r"\d{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def named(path: Path | None) -> Path:
    """Return the path of agencies.yaml; SettingsRefused where the settings name none."""
    if path is None:
        raise SettingsRefused("MINGJING_AGENCIES 没有设置：请指向 agencies.yaml（谁可以报送什么）")
    return path


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """A supervised body.

    `kind` is a word of the installation's own, such as window or utility. `delay_s`
    is how late its reports may come in by agreement, `outages` when its systems were
    down by its own word, as instants [from, to] in order. `types` is None where every
    event type is allowed; `key_sha256` where it has no key for HTTP, `sandbox_key_sha256`
    where it has none to try things out with. `quota` is how many
    events it may post to the gateway in a minute, None for as many as it likes; a file that
    says nothing of it means `QUOTA`, and `quota: none` lifts it.
    """

    code: str
    title: str
    region: str
    kind: str
    sources: tuple[str, ...]
    delay_s: int
    key_sha256: str | None
    types: frozenset[str] | None
    outages: tuple[tuple[int, int], ...] = ()
    quota: int | None = None
    sandbox_key_sha256: str | None = None

    @property
    def principal(self) -> Principal:
        """What this agency may report."""
        return Principal(agency=self.code, sources=frozenset(self.sources), types=self.types)


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the installation; `tier` is one of 省, 市, 县, 镇, 村."""

    code: str
    title: str
    tier: str


class Agencies:
    """Every agency and region of an installation, found by topic or by key.

    `points` are the names of the enterprises that hang out the plate of a monitoring point (监测点), by code.
    """

    def __init__(
        self, agencies: Sequence[Agency], regions: Sequence[Region], points: Mapping[str, str] | None = None
    ) -> None:
        self.agencies = tuple(agencies)
        self.regions = tuple(regions)
        self.points: Mapping[str, str] = points or {}
        self._find()

    def take(self, said: "Agencies") -> None:
        """Be what `said` is from now on: who holds this register need not be told of another."""
        self.agencies, self.regions, self.points = said.agencies, said.regions, said.points
        self._find()

    def _find(self) -> None:
        self._by_code = {agency.code: agency for agency in self.agencies}
        self._titles = {agency.code: agency.title for agency in self.agencies}
        self._by_topic = {ingest_topic(agency.code): agency.principal for agency in self.agencies}
        self._by_key = {agency.key_sha256: agency.principal for agency in self.agencies if agency.key_sha256}
        self._by_sandbox_key = {
            agency.sandbox_key_sha256: agency.principal for agency in self.agencies if agency.sandbox_key_sha256
        }

    def of_topic(self, topic: str) -> Principal | None:
        """Return who may write to `topic`, or None where nobody may."""
        return self._by_topic.get(topic)

    def of_key(self, key_sha256: str) -> Principal | None:
        """Return whose key has this SHA-256 (lower-case hex), or None."""
        return self._by_key.get(key_sha256)

    def of_sandbox_key(self, key_sha256: str) -> Principal | None:
        """Return whose sandbox key has this SHA-256 (lower-case hex), or None."""
        return self._by_sandbox_key.get(key_sha256)

    def of_code(self, code: str) -> Agency | None:
        """Return the agency of that code, or None."""
        return self._by_code.get(code)

    def titles(self) -> Mapping[str, str]:
        """Return what each agency is called now, by its code."""
        return self._titles

    def agency_codes(self) -> Sequence[str]:
        """Return the codes of all agencies, in the file's order."""
        return [agency.code for agency in self.agencies]

    def delays(self) -> dict[str, int]:
        """Return how late each source may report, in microseconds, for the sources that may."""
        return {
            source: agency.delay_s * 1_000_000
            for agency in self.agencies
            if agency.delay_s
            for source in agency.sources
        }

    def outages(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """Return when each agency declared its systems down, for those that did."""
        return {agency.code: agency.outages for agency in self.agencies if agency.outages}


def read_agencies(path: Path) -> Agencies:
    """Return what the file at `path` declares.

    Raises PackRefused with every fault at its place, and FileNotFoundError.
    """
    return parse_agencies(path.read_text("utf-8"), path.name)


def parse_agencies(text: str, name: str) -> Agencies:
    """Return what the YAML `text` declares; PackRefused with every fault, each at its place in `name`."""
    page = YamlPage(text, name)
    page.refuse()
    top = page.mapping(page.root, ("agencies", "regions", "monitoring_points", "quota"), ("agencies", "regions"))
    regions = [_region(page, node) for node in page.items(top.get("regions"))]
    known = _Known(page, {region.code for region in regions}, top.get("quota"))
    agencies = [known.agency(node) for node in page.items(top.get("agencies"))]
    points = [known.point(node) for node in page.items(top.get("monitoring_points"))]
    page.refuse()
    return Agencies(agencies, regions, dict(points))


class _Known:
    """Reads agencies against what the regions and the agencies before them are."""

    def __init__(self, page: YamlPage, regions: set[str], usual_quota: Node | None) -> None:
        self._page = page
        self._regions = regions
        self._usual_quota = QUOTA if usual_quota is None else self._quota(usual_quota)
        self._taken: dict[str, str] = {}

    def agency(self, node: Node) -> Agency:
        page = self._page
        fields = page.mapping(
            node,
            (*_NEEDED, "kind", "key_sha256", "sandbox_key_sha256", "delay_s", "types", "outages", "quota"),
            _NEEDED,
        )
        code = self._fitting(fields.get("code"), _CODE, "a unified social credit code of 18 characters")
        self._claim(fields.get("code"), "code", code, code)
        region = self._fitting(fields.get("region"), _REGION, "a region code of 12 digits")
        if region and region not in self._regions:
            page.fault(fields["region"], f"region {region} is not among the regions below")
        for source in page.items(fields.get("sources")):
            self._claim(source, "source", page.text(source), code)
        types = page.texts(fields.get("types")) or [ALL_TYPES]
        return Agency(
            code=code,
            title=page.text(fields.get("title")),
            region=region,
            kind=page.text(fields.get("kind")) or "window",
            sources=tuple(page.texts(fields.get("sources"))),
            delay_s=self._seconds(fields.get("delay_s")),
            key_sha256=self._key(fields.get("key_sha256"), code),
            sandbox_key_sha256=self._key(fields.get("sandbox_key_sha256"), code),
            types=None if ALL_TYPES in types else frozenset(types),
            outages=tuple(sorted(self._outage(each) for each in page.items(fields.get("outages")))),
            quota=self._quota(fields["quota"]) if "quota" in fields else self._usual_quota,
        )

    def point(self, node: Node) -> tuple[str, str]:
        """Return code and name of a monitoring point."""
        fields = self._page.mapping(node, ("code", "title"), ("code", "title"))
        code = self._fitting(fields.get("code"), _CODE, "a unified social credit code of 18 characters")
        self._claim(fields.get("code"), "monitoring point", code, code)
        return code, self._page.text(fields.get("title"))

    def _fitting(self, node: Node | None, form: re.Pattern[str], what: str) -> str:
        text = self._page.text(node)
        if node is not None and not form.fullmatch(text):
            self._page.fault(node, f"{text!r} is not {what}")
        return text

    def _key(self, node: Node | None, code: str) -> str | None:
        if node is None or self._page.plain(node) is None:
            return None
        key = self._fitting(node, _SHA256, "a SHA-256 in 64 lower-case hex digits")
        self._claim(node, "key", key, code)
        return key

    def _outage(self, node: Node) -> tuple[int, int]:
        """Return when an outage began and ended; a bare date is that whole day."""
        fields = self._page.mapping(node, ("from", "to", "why"), ("from", "to", "why"))
        begins, ends = (self._instant(fields.get(key), last=key == "to") for key in ("from", "to"))
        if begins > ends:
            self._page.fault(node, "an outage ends before it begins; give `from` and `to` in their order")
        return begins, ends

    def _instant(self, node: Node | None, *, last: bool) -> int:
        zone = Zone(DEFAULT_ZONE)
        text = self._page.text(node)
        try:
            instant, whole_day = zone.parse(text)
        except ValueError as exc:
            if node is not None:
                self._page.fault(node, str(exc))
            return 0
        return zone.midnight(zone.day(instant) + 1) - 1 if whole_day and last else instant

    def _seconds(self, node: Node | None) -> int:
        text = self._page.text(node) or "0"
        if not text.isdecimal():
            self._page.fault(node, f"{text!r} is not a whole number of seconds")
            return 0
        return int(text)

    def _quota(self, node: Node) -> int | None:
        text = self._page.text(node)
        if text == NO_QUOTA:
            return None
        if not text.isdecimal() or int(text) < LEAST_QUOTA:
            asked = f"a number of events a minute, at least {LEAST_QUOTA} (one batch), nor {NO_QUOTA}"
            self._page.fault(node, f"{text!r} is not {asked}")
            return None
        return int(text)

    def _claim(self, node: Node | None, what: str, text: str, code: str) -> None:
        """Note that `what` is this agency's; a second claim to it is a fault."""
        claim = f"{what} {text}"
        if text and claim in self._taken:
            self._page.fault(node, f"{what} {text!r} is taken already, by agency {self._taken[claim]}")
        self._taken.setdefault(claim, code)


def _region(page: YamlPage, node: Node) -> Region:
    fields = page.mapping(node, ("code", "title", "tier"), ("code", "title", "tier"))
    code = page.text(fields.get("code"))
    if "code" in fields and not _REGION.fullmatch(code):
        page.fault(fields["code"], f"{code!r} is not a region code of 12 digits")
    return Region(code=code, title=page.text(fields.get("title")), tier=page.word(fields.get("tier"), TIERS, "市"))
