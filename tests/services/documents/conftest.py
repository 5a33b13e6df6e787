from datetime import date

import pytest

from mingjing.services.documents.letter import Block, Letter


@pytest.fixture
def letter() -> Letter:
    return Letter(
        issuer="云州市政务服务管理局",
        masthead="云州市政务服务管理局文件",
        number="云监通〔2026〕12号",
        title="关于“食品经营许可”办件超法定时限的电子监察通知书",
        addressee="云州市市场监督管理局",
        body=(
            Block("paragraph", ("经电子监察系统监测，经办人王玥、祎䶮办理的事项超期。",)),
            Block("heading", ("一、认定的事实",)),
            Block("numbered", ("3月6日受理。", "3月18日仍未决定。")),
        ),
        date=date(2026, 3, 9),
        attachments=("计时明细",),
    )
