"""What a subscription must be before it is entered."""

import re
from collections.abc import Collection, Mapping
from typing import TypeVar

from mingjing.services.registry.report_deliveries import State
from mingjing.services.registry.subscriptions import EVERY, REPORTS, Every, Report, Subscription
from mingjing.services.reports.press.parcel import FORMS, REPORT_TITLES

EVERY_TITLES: Mapping[Every, str] = {"month": "每月", "quarter": "每季", "half": "每半年", "year": "每年"}
STATE_TITLES: Mapping[State, str] = {
    "waiting": "等待",
    "failed": "失败待重试",
    "sending": "投送中",
    "sent": "已送达",
    "unknown": "结果不明",
    "given_up": "已放弃",
    "stopped": "已停止",
}
_FOLDER = re.compile(r"[\w-][\w.-]{0,63}")
_REGION = re.compile(r"\d{2,12}")

Word = TypeVar("Word", Report, Every)


class SubscriptionRefused(ValueError):
    """The subscription cannot be; the text names what is wrong and what would do."""


def checked(
    *,
    ident: str,
    title: str,
    report: str,
    every: str,
    forms: Collection[str],
    region: str | None,
    agency: str | None,
    channel: str | None,
    folder: str | None,
    made_by: str,
    made_ms: int,
    channels: Collection[str] | None,
    folders: bool,
) -> Subscription:
    """Return the subscription; SubscriptionRefused for one that could never be served.

    `channels` are those of the notices' plan, None where the plan with its secrets is not at
    hand and the press will name a channel that is none; `folders`: reports may be put there at all.
    """
    of_report, of_every = _one_of(report, REPORTS, "报表"), _one_of(every, EVERY, "周期")
    known = FORMS[of_report]
    wanted = tuple(dict.fromkeys(forms)) or tuple(form for form in known if form in {"pdf", "xlsx"})
    strange = [form for form in wanted if form not in known]
    if strange:
        raise SubscriptionRefused(f"{REPORT_TITLES[report]}没有 {'、'.join(strange)} 形式；可选 {'、'.join(known)}")
    if region is not None and not _REGION.fullmatch(region):
        raise SubscriptionRefused(f"区划 {region} 应为 12 位代码或其前几位")
    if (channel is None) == (folder is None):
        raise SubscriptionRefused("通道（channel）与目录（folder）须择一")
    if channel is not None and channels is not None and channel not in channels:
        raise SubscriptionRefused(f"通知计划中没有通道 {channel}；已有的是 {'、'.join(channels) or '（无）'}")
    if folder is not None and not folders:
        raise SubscriptionRefused("没有设置 MINGJING_REPORT_FOLDER，不得投放到目录")
    if folder is not None and not _FOLDER.fullmatch(folder):
        raise SubscriptionRefused(f"目录名 {folder} 只可用文字、数字和 . _ -，不以点开头，不含路径")
    return Subscription(
        id=ident,
        title=title,
        report=of_report,
        every=of_every,
        forms=wanted,
        region=region,
        agency=agency,
        way="folder" if folder is not None else "channel",
        target=folder or channel or "",
        made_by=made_by,
        made_ms=made_ms,
    )


def _one_of(text: str, known: Collection[Word], what: str) -> Word:
    for each in known:
        if each == text:
            return each
    raise SubscriptionRefused(f"没有{what} {text}；可选 {'、'.join(known)}")
