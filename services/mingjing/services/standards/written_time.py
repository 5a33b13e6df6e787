"""Times as agencies write them: with or without zone, time of day, separators, or as a spreadsheet's number."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SPREADSHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's day has no zone until we give it one
_FORM = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"(?:[T\s]*(?P<H>\d{1,2})[:时](?P<M>\d{1,2})(?:[:分](?P<S>\d{1,2})秒?(?:\.(?P<f>\d{1,9}))?|分?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_NUMBER = re.compile(r"\d{5}(\.\d+)?")


def read_time(written: object, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Return the instant that was written, and whether it is a date only (then its midnight in `zone`).

    Text without an offset is in `zone`. Raises ValueError saying what was expected.
    """
    if isinstance(written, datetime):
        return (written if written.tzinfo else written.replace(tzinfo=zone), False)
    if isinstance(written, date):
        return datetime.combine(written, time(), zone), True
    text = str(written).strip()
    if _NUMBER.fullmatch(text):
        moment = _SPREADSHEET_EPOCH + timedelta(seconds=round(float(text) * 86400))
        return moment.replace(tzinfo=zone), "." not in text
    try:
        return _written(text, zone)
    except ValueError as exc:
        raise ValueError(f"时间 {text!r} 无法识别；请写成 2026-03-06 10:00:00 或 2026-03-06T10:00:00+08:00") from exc


def _written(text: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    compact = _COMPACT.fullmatch(text)
    if compact:
        year, month, day, hour, minute, second = (int(each or 0) for each in compact.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=zone), compact[4] is None
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day = (int(found[each]) for each in "ymd")
    if found["H"] is None:
        return datetime(year, month, day, tzinfo=zone), True
    micro = int((found["f"] or "0")[:6].ljust(6, "0"))
    naive = datetime(year, month, day, int(found["H"]), int(found["M"]), int(found["S"] or 0), micro, tzinfo=zone)
    if found["zone"] is None:
        return naive, False
    return datetime.fromisoformat(naive.replace(tzinfo=None).isoformat() + found["zone"]), False
