"""One thing somebody did, as it goes to the topic `audit`."""

from typing import Any, Final

import msgspec
import orjson

from mingjing.rules.workflow_steps import STEPS

TOPIC: Final = "audit"

MONTH_FROZEN: Final = "month.frozen"
"""A month report was frozen; its hash is in the detail, so an anchor above it vouches for the report."""

ACTION_TITLES: Final = {
    "session.opened": "登录",
    "session.refused": "登录被拒",
    "session.closed": "退出",
    "session.revoked": "注销会话",
    "password.changed": "更换口令",
    "authenticator.enrolled": "登记动态口令",
    "authenticator.confirmed": "启用动态口令",
    "authenticator.removed": "停用动态口令",
    "account.added": "新增账号",
    "account.changed": "修改账号",
    "key.issued": "发放密钥",
    "key.rotated": "换发密钥",
    "key.revoked": "停用密钥",
    "case.opened": "查阅办件",
    "case.followed": "跟踪办件",
    "case.counted": "查阅办件计时",
    "case.searched": "检索办件",
    "case.exported": "导出办件",
    "card.opened": "查阅发牌",
    "card.document": "取用文书",
    **{f"card.{step.verb}": step.title for step in STEPS},
    "enterprise.opened": "查阅企业",
    "officer.opened": "查阅人员档案",
    "case.unmasked": "查看个人信息",
    "card.unmasked": "查看办牌中的个人信息",
    "letter.unmasked": "查看不可用报送的原文",
    "delivery.stopped": "停止通知",
    "delivery.resent": "重新发送通知",
    MONTH_FROZEN: "冻结月份",
    "subscription.added": "订阅报表",
    "subscription.ended": "停止订阅",
    "report.sent": "投送报表",
    "report.resent": "重新投送报表",
    "agency.added": "新增报送部门",
    "agency.rotated": "换发部门密钥",
    "agency.suspended": "停用部门密钥",
    "letter.resubmitted": "重报不可用的报送",
    "law.tried": "回测规则",
    "law.proposed": "提请发布规则文件",
    "law.approved": "批准发布规则文件",
    "law.refused": "退回提请发布的规则文件",
    "trail.read": "查阅留痕",
    "unreadable": "无法解读的记录",
}
"""Every action the trail knows, with its Chinese name."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who (`actor`, in which `role`) did what (`action`) to what (`object`), when.

    `at_ms` is the clock of the process in which it happened. `agency` and `region`
    are those of the object, empty where it has none. `detail` holds what else is to
    be known: the address it was done from, the reason given. Personal values of
    cases never enter; words that may name a person do so as a keyed mark.
    """

    at_ms: int
    actor: str
    role: str
    action: str
    object: str
    agency: str = ""
    region: str = ""
    detail: dict[str, Any] = {}


def packed(entry: Entry) -> bytes:
    """Return the entry as it lies on the topic."""
    return orjson.dumps(msgspec.to_builtins(entry), option=orjson.OPT_SORT_KEYS)
