"""What is handed over: the files of one report, in words what they are, and as JSON for programs."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import orjson

from mingjing.services.ledger.scope import Scope
from mingjing.services.notices.channels.mail import Enclosure
from mingjing.services.notices.telling import Telling
from mingjing.services.notices.wording import Message
from mingjing.services.registry import ReportDelivery, Subscription
from mingjing.services.reports.cells import Wanted
from mingjing.services.reports.desk import ReportDesk
from mingjing.services.reports.document import Origin
from mingjing.services.reports.forms import ASSESSMENT_FORMS, MEDIA_TYPES, rendered, rendered_assessment
from mingjing.services.reports.forms.notice import as_notice
from mingjing.services.reports.period import Period

REPORT_TITLES = {"efficiency": "效能报表", "notice": "通报代拟稿", "assessment": "绩效考评"}
FORMS = {"efficiency": tuple(MEDIA_TYPES), "notice": ("pdf",), "assessment": ASSESSMENT_FORMS}
"""What each report can be had as."""

_WAIT_S = 3600.0
"""A frozen month is counted already; what it is compared with may have to be counted first."""


class Parcel(msgspec.Struct, frozen=True):
    """The files and what they rest on."""

    title: str
    files: tuple[Enclosure, ...]
    origin: Origin

    @property
    def enclosed(self) -> list[dict[str, object]]:
        """Name, size and SHA-256 of each file."""
        return [
            {"name": each.name, "size": len(each.content), "sha256": hashlib.sha256(each.content).hexdigest()}
            for each in self.files
        ]


def made(
    desk: ReportDesk, subscription: Subscription, delivery: ReportDelivery, fonts: Path | None, console: str
) -> Parcel:
    """Return the files of a delivery. Whose report it is, is its scope: an agency's has no rank among others."""
    scope = Scope(
        None if subscription.region is None else (subscription.region,),
        None if subscription.agency is None else (subscription.agency,),
    )
    period = Period.parse(delivery.period)
    if subscription.report == "assessment":
        assessment = desk.assessment(scope, period, wait_s=_WAIT_S)
        contents = [rendered_assessment(assessment, form, fonts, console) for form in subscription.forms]
        return _parcel(subscription, delivery, assessment.title, contents, assessment.origin)
    wanted = Wanted(region=subscription.region, agency=subscription.agency)
    report = desk.efficiency(scope, period, wanted, wait_s=_WAIT_S)
    if subscription.report == "notice":
        notice = f"{report.title.removesuffix('报表')}通报代拟稿"
        return _parcel(subscription, delivery, notice, [as_notice(report, fonts)], report.origin)
    contents = [rendered(report, form, fonts) for form in subscription.forms]
    return _parcel(subscription, delivery, report.title, contents, report.origin)


def told(parcel: Parcel, subscription: Subscription, delivery: ReportDelivery, console: str) -> Telling:
    """Return the message that goes with the files, under the id by which its receiver knows a repeat."""
    hashes = parcel.origin.hashes
    lines = (
        f"订阅：{subscription.title}",
        f"版次：{'、'.join(f'{month} 第 {number} 版' for month, number in sorted(parcel.origin.revisions.items()))}",
        *(f"{month} 校验值：{text}" for month, text in sorted(hashes.items())),
        f"附件：{'、'.join(each.name for each in parcel.files)}",
    )
    body = {
        "delivery": delivery.id,
        "kind": "report",
        "report": subscription.report,
        "period": delivery.period,
        "revisions": parcel.origin.revisions,
        "hashes": hashes,
        "files": [
            about | {"media_type": file.media_type, "content": base64.b64encode(file.content).decode()}
            for about, file in zip(parcel.enclosed, parcel.files, strict=True)
        ],
    }
    page = "reports/assessment" if subscription.report == "assessment" else "reports"
    cut = {"month": delivery.period, "region": subscription.region, "agency": subscription.agency}
    link = f"{console}/{page}?{urlencode({name: text for name, text in cut.items() if text is not None})}"
    message = Message(f"【报表】{parcel.title}", lines, link)
    return Telling(delivery.id, message, orjson.dumps(body, option=orjson.OPT_SORT_KEYS), parcel.files)


def _parcel(
    subscription: Subscription, delivery: ReportDelivery, title: str, contents: Sequence[bytes], origin: Origin
) -> Parcel:
    stem = f"mingjing-{subscription.report}-{delivery.period}-r{delivery.revision}"
    files = tuple(
        Enclosure(f"{stem}.{form}", MEDIA_TYPES[form].partition(";")[0], content)
        for form, content in zip(subscription.forms, contents, strict=True)
    )
    return Parcel(title, files, origin)
