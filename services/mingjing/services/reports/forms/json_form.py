"""A report as JSON: the document itself."""

import msgspec

from mingjing.services.reports.document import Efficiency


def as_json(report: Efficiency) -> bytes:
    """Return the document; equal documents have equal bytes."""
    return msgspec.json.encode(report)
