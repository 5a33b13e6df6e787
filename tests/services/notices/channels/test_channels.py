import msgspec
import pytest

from mingjing.services.notices.channels.dingtalk import dingtalk
from mingjing.services.notices.channels.feishu import feishu
from mingjing.services.notices.channels.mail import MailHost, letter
from mingjing.services.notices.channels.outbound import code_is_zero
from mingjing.services.notices.channels.sms import sms
from mingjing.services.notices.channels.webhook import DELIVERY, SIGNATURE, webhook
from mingjing.services.notices.channels.wecom import MAX_BYTES, wecom
from mingjing.services.notices.wording import Message

MESSAGE = Message("【红牌】办结时限", ("部门：市场监管局", '办件："浙A1"'), "https://mingjing.example/cards/428a")
AT = 1764000000


def test_a_webhook_is_signed_over_its_moment_and_body() -> None:
    outbound = webhook("https://a.example/hook", "s3cret", "d1", b'{"a":1}', AT)

    assert outbound.headers[SIGNATURE] == f"t={AT},v1=ece4ac47663d3ad88bb0892d55cacbb8177c0af8203f4a4e2e1e25c47ec628d5"
    assert outbound.headers[DELIVERY] == "d1"


def test_dingtalk_is_signed_as_the_platform_asks() -> None:
    outbound = dingtalk("https://d.example", "tok", "SECabc", MESSAGE, AT * 1000)

    assert (
        outbound.url
        == f"https://d.example/robot/send?access_token=tok&timestamp={AT}000&sign=8F5ULDNh1hE6T2sPwpYIemnezGkO4FDhG6ZdHq9jY%2Fc%3D"
    )


def test_feishu_is_signed_as_the_platform_asks() -> None:
    body = msgspec.json.decode(feishu("https://f.example/", "tok", "SECabc", MESSAGE, AT).body)

    assert (body["timestamp"], body["sign"]) == (str(AT), "7k1GdqiAGlnk7Di3T5/mpILKRsDxdZ1nIvkC9kRgRfQ=")


def test_wecom_is_told_in_markdown_that_fits() -> None:
    long = Message("题", ("字" * 4_000,), "https://mingjing.example")
    content = msgspec.json.decode(wecom("https://w.example", "k", long).body)["markdown"]["content"]

    assert MAX_BYTES - 3 <= len(content.encode()) <= MAX_BYTES


def test_a_short_message_is_quoted_for_json() -> None:
    outbound = sms(
        "https://s.example/send", {"X-Key": "k"}, '{"to": "{phone}", "say": "{text}"}', "+8613800000000", MESSAGE
    )

    assert msgspec.json.decode(outbound.body) == {
        "to": "+8613800000000",
        "say": '【红牌】办结时限，部门：市场监管局，办件："浙A1"',
    }


def test_a_short_message_is_quoted_for_a_form() -> None:
    outbound = sms("https://s.example/send?to={phone}", {}, "say={text}&end=1", "+86138", Message("a&b", (), ""))

    assert (outbound.url, outbound.body) == ("https://s.example/send?to=%2B86138", b"say=a%26b&end=1")


def test_a_mail_sent_twice_has_one_identity() -> None:
    host = MailHost(host="127.0.0.1", port=25, sender="mingjing@example.gov.cn")
    mail = letter(host, "li@example.gov.cn", MESSAGE, "d1")

    assert (mail["Message-ID"], mail["Subject"]) == ("<d1@mingjing>", "【红牌】办结时限")


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b'{"code": 0}', None),
        (b'{"code": 19021, "msg": "sign"}', "code=19021：sign"),
        (b"[]", "没有 code"),
        (b"<", "不是 JSON"),
    ],
)
def test_what_a_platform_answers_is_read(body: bytes, failure: str | None) -> None:
    told = code_is_zero("code", "msg")(body)

    assert told is None if failure is None else failure in str(told)
