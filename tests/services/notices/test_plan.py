from datetime import time
from pathlib import Path

import pytest

from mingjing.rules.yaml_page import PackRefused
from mingjing.services.notices.channel import Mailbox, Phone, Robot, Webhook
from mingjing.services.notices.channels.mail import MailHost
from mingjing.services.notices.plan import Plan, parse_plan, read_plan
from mingjing.services.notices.route import Quiet, Route, Rung

SHIPPED = Path(__file__).parents[3] / "deploy" / "local" / "notices.yaml"
ENVIRON = {"OA": "oa-secret", "ROBOT": "robot-token", "SIGN": "robot-sign", "MAIL": "mail-password"}

CHANNELS = """
hosts: [oa.example, im.example, sms.example, 'smtp.example:465']
channels:
  - {name: oa, kind: webhook, url: https://oa.example/cards, secret: {env: OA}}
  - {name: group, kind: wecom, url: https://im.example, key: {env: ROBOT}}
  - {name: ding, kind: dingtalk, url: https://im.example, token: {env: ROBOT}, secret: {env: SIGN}}
  - {name: fly, kind: feishu, url: https://im.example, token: {env: ROBOT}, secret: {env: SIGN}}
  - name: phone
    kind: sms
    url: https://sms.example/send
    headers: {Authorization: {env: OA}}
    body: '{"to": "{phone}", "say": "{text}"}'
    to: '13800000000'
  - name: post
    kind: mail
    host: smtp.example
    port: 465
    security: tls
    sender: mingjing@smtp.example
    user: mingjing
    password: {env: MAIL}
    to: duty@smtp.example
"""


def plan(text: str, folder: Path = Path()) -> Plan:
    return parse_plan(text, "notices.yaml", folder, ENVIRON)


def faults(text: str) -> list[str]:
    with pytest.raises(PackRefused) as refused:
        plan(text)
    return [str(each).partition("\n")[0] for each in refused.value.faults]


def routed(route: str) -> str:
    return f"{CHANNELS}routes:\n  - {route}\n"


def one(url: str, secret: str) -> str:
    channel = f"  - {{name: oa, kind: webhook, url: {url}, secret: {secret}}}"
    return f"hosts: [oa.example]\nchannels:\n{channel}\nroutes: []"


@pytest.mark.parametrize(("said", "told"), [("", False), (", confided: true", True)])
def test_who_came_forward_is_told_by_a_route_that_says_so(said: str, *, told: bool) -> None:
    assert plan(routed(f"{{name: duty, channels: [oa]{said}}}")).routes[0].confided is told


def test_every_kind_of_channel_is_read() -> None:
    read = plan(CHANNELS + "routes: []")

    assert [channel.address for channel in read.channels.values()] == [
        Webhook("https://oa.example/cards", "oa-secret"),
        Robot("wecom", "https://im.example", "robot-token", ""),
        Robot("dingtalk", "https://im.example", "robot-token", "robot-sign"),
        Robot("feishu", "https://im.example", "robot-token", "robot-sign"),
        Phone(
            "https://sms.example/send",
            {"Authorization": "oa-secret"},
            '{"to": "{phone}", "say": "{text}"}',
            "13800000000",
        ),
        Mailbox(
            MailHost(
                host="smtp.example",
                port=465,
                sender="mingjing@smtp.example",
                security="tls",
                user="mingjing",
                password="mail-password",  # noqa: S106  # no secret
            ),
            "duty@smtp.example",
        ),
    ]


def test_a_route_is_read_whole() -> None:
    read = plan(
        routed(
            "{name: night, levels: [red, yellow], channels: [oa, phone], region: '330106000000', rules: [TL-04], "
            "agencies: [A], quiet: {begin: '22:00', end: '07:30'}, urgent: [red], "
            "escalate: [{after: 30, to: post}, {after: 60, to: [ding, fly]}]}"
        )
    )

    assert read.routes == (
        Route(
            name="night",
            channels=("oa", "phone"),
            levels=frozenset({"red", "yellow"}),
            rules=frozenset({"TL-04"}),
            region="330106",
            agencies=frozenset({"A"}),
            quiet=Quiet(time(22), time(7, 30)),
            urgent=frozenset({"red"}),
            escalate=(Rung(30, ("post",)), Rung(60, ("ding", "fly"))),
        ),
    )


def test_a_secret_may_lie_in_a_file_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "oa.key").write_text("from-a-file\n")

    assert plan(one("https://oa.example", "{file: oa.key}"), tmp_path).channels["oa"].address == Webhook(
        "https://oa.example", "from-a-file"
    )


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("plainly-written", "a secret does not stand here; write secret: {env: NAME} or {file: PATH}"),
        ("{env: NOT_THERE}", "there is no secret in NOT_THERE; set it before starting"),
        (
            "{env: MINGJING_SECRET}",
            "'MINGJING_SECRET' is not a name for a secret: capitals, not beginning with MINGJING_",
        ),
        ("{file: no.such}", "no.such cannot be read: FileNotFoundError"),
    ],
)
def test_a_secret_stands_elsewhere_and_is_there(secret: str, fault: str) -> None:
    found = faults(one("https://oa.example", secret))

    assert any(each.startswith("notices.yaml:3:") and fault in each for each in found)


def test_an_address_outside_the_allowed_hosts_is_refused_where_it_stands() -> None:
    found = faults(one("https://else.example", "{env: OA}"))

    assert found == ["notices.yaml:3:36: 主机 else.example 不在允许名单内；名单：oa.example"]


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        ("{name: r, channels: [pager]}", "'pager' is not one of oa, group, ding, fly, phone, post"),
        ("{name: r, channels: [oa], level: [red]}", "key 'level' is not known here; did you mean 'levels'?"),
        ("{name: r, channels: [oa], levels: [crimson]}", "'crimson' is not one of hint, warning, yellow, red"),
        ("{name: r, channels: [oa], digest: dawn}", "'dawn' is not a time of day; write '08:30'"),
        ("{name: r, channels: [oa], region: 杭州}", "'杭州' is not a region code of 12 digits or the beginning of one"),
        ("{name: r, channels: [oa], escalate_after: 30}", "key 'escalate_after' is not known here"),
        ("{name: r, channels: [oa], escalate: [{after: 30}]}", "key 'to' is missing"),
        ("{name: r, channels: [oa], escalate: [{after: 0, to: oa}]}", "0"),
        ("{name: r, channels: [oa], escalate: [{after: 30, to: pager}]}", "'pager' is not one of"),
        (
            "{name: r, channels: [oa], urgent: [red]}",
            "`urgent` passes over `quiet` or `digest`, and this route has neither",
        ),
        ("{name: R, channels: [oa]}", "'R' is not a name"),
        ("{name: r, channels: [oa], role: supervizor}", "'supervizor' is not one of inspector, supervisor, clerk"),
        ("{name: r, channels: [oa], role: supervizor}", "did you mean 'supervisor'?"),
        ("{name: r, channels: [oa], role: supervisor, tells: [apeal]}", "did you mean 'appeal'?"),
        ("{name: r, channels: [oa], role: supervisor, tells: [decision]}", "'decision' does not concern a supervisor"),
        ("{name: r, channels: [oa], tells: [appeal]}", "whom it concerns depends on who reads there; add `role`"),
        ("{name: r, channels: [oa], role: clerk}", "clerks are told of their own agency alone"),
        ("{name: r, channels: [oa], role: clerk, agencies: [A, B]}", "clerks are told of their own agency alone"),
        ("{name: r, channels: [oa], role: clerk, agencies: [A], confided: true}", "clerks are of those complained of"),
        (
            "{name: r, channels: [oa], role: inspector, tells: [appeal], escalate: [{after: 30, to: oa}]}",
            "this route `tells` of no card",
        ),
        (
            "{name: r, channels: [oa], digest: '08:30', quiet: {begin: '22:00', end: '07:00'}}",
            "a digest has its hour already",
        ),
        ("{name: r, channels: [oa], quiet: {begin: '22:00', end: '22:00'}}", "quiet hours that begin when they end"),
    ],
)
def test_a_route_that_cannot_be_meant_is_refused(route: str, fault: str) -> None:
    assert any(fault in each for each in faults(routed(route)))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", {"card"}),
        (", role: supervisor", {"card", "appeal"}),
        (", role: inspector, tells: appeal", {"appeal"}),
        (", role: clerk, agencies: [A]", {"card", "decision", "supervision"}),
        (", role: clerk, agencies: [A], tells: [decision]", {"decision"}),
    ],
)
def test_a_route_tells_of_what_concerns_its_role_unless_it_says_less(said: str, told: set[str]) -> None:
    assert plan(routed(f"{{name: duty, channels: [oa]{said}}}")).routes[0].tells == told


def test_two_channels_of_one_name_are_refused() -> None:
    twice = "  - {name: oa, kind: wecom, url: https://im.example, key: {env: ROBOT}}\n"

    assert any("channel 'oa' stands here a second time" in each for each in faults(f"{CHANNELS}{twice}routes: []"))


def test_a_password_is_not_sent_in_the_clear() -> None:
    clear = CHANNELS.replace("security: tls", "security: none")

    assert any("a password is not sent in the clear" in each for each in faults(f"{clear}routes: []"))


def test_what_a_channel_keeps_to_itself_is_masked() -> None:
    phone = plan(CHANNELS + "routes: []").channels["phone"]

    assert phone.masked("no route to 13800000000 with oa-secret") == "no route to *** with ***"


def test_the_shipped_plan_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTY_DESK_SECRET", "s")

    assert [route.name for route in read_plan(SHIPPED).routes] == [
        "red-at-once",
        "yellow-in-the-day",
        "warnings-each-morning",
        "appeals-to-reviewers",
    ]
