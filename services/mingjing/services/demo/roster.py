"""agencies.yaml as the demo needs it: keys for those who report by HTTP, and no types but known ones."""

import hashlib
import secrets
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml

from mingjing.services.agencies import NO_QUOTA
from mingjing.services.demo.show import Sender

HOTLINE: Final = "hotline"
DEPARTMENT: Final = "11"
"""How the code of a government department begins; towns, villages and companies have others and report over HTTP."""


def roster(agencies: Path, types: Collection[str], out: Path) -> list[Sender]:
    """Write to `out` the `agencies` with a fresh key for each that reports by HTTP; return who sends how.

    Patterns such as `cmp.*` are spelt out as the `types` they match. Nobody has a quota: a month of the city is
    sent in minutes.
    """
    listed: dict[str, Any] = yaml.safe_load(agencies.read_text(encoding="utf-8"))
    listed["quota"] = NO_QUOTA
    senders = []
    for agency in listed["agencies"]:
        key = secrets.token_urlsafe(24) if _by_http(agency) else None
        if key is not None:
            agency["key_sha256"] = hashlib.sha256(key.encode()).hexdigest()
        patterns = agency.get("types", ["*"])
        agency["types"] = sorted(name for name in types if any(fnmatchcase(name, each) for each in patterns))
        senders.append(Sender(agency["code"], agency["sources"][0], key))
    out.write_text(yaml.safe_dump(listed, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return senders


def _by_http(agency: dict[str, Any]) -> bool:
    return agency["kind"] == HOTLINE or not agency["code"].startswith(DEPARTMENT)
