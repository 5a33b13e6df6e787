"""Which form of an answer the caller wants most."""

from collections.abc import Collection

from mingjing.services.api.problems import Problem
from mingjing.services.reports.forms import MEDIA_TYPES


def negotiated(accept: str, forms: Collection[str] = tuple(MEDIA_TYPES)) -> str:
    """Return the one of `forms` that an Accept header wants most; Problem 406 when it wants none we have."""
    names = {MEDIA_TYPES[form].partition(";")[0]: form for form in forms}
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.split(",") if accept.strip() else ["*/*"]):
        media, *parameters = (each.strip() for each in part.split(";"))
        share = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        form = "json" if media in {"*/*", "application/*", "text/html"} else names.get(media, "")
        if form and share.replace(".", "", 1).isdigit() and float(share) > 0:
            wanted.append((-float(share), place, form))
    if not wanted:
        raise Problem(406, "no_such_form", f"可以给出 {'、'.join(names)}")
    return min(wanted)[2]
