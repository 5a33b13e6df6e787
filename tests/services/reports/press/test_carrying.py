"""What came of handing a parcel over: taken, refused, or nobody can know."""

import asyncio
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from tests.services.notices.conftest import Receiver, receiver

from mingjing.services.notices.channel import Channel, Mailbox, Webhook
from mingjing.services.notices.channels.mail import Enclosure, MailHost
from mingjing.services.notices.courier import Courier
from mingjing.services.notices.telling import Telling
from mingjing.services.notices.wording import Message
from mingjing.services.reports.press.carrying import Outcome, carry, put

__all__ = ["receiver"]

FILES = (Enclosure("月报.pdf", "application/pdf", b"%PDF-1.7"), Enclosure("m.csv", "text/csv", b"a,b\r\n"))
TELLING = Telling("d" * 32, Message("【报表】十月", ("第 1 版",), "https://mj.example.test"), b"{}", FILES)


class Post(socketserver.ThreadingTCPServer):
    """An SMTP server on this machine; it answers the data of a mail with `answer`, or hangs up where that is empty."""

    daemon_threads = True
    answer = b"250 taken\r\n"

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Counter)


class _Counter(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self.wfile.write(b"220 post\r\n")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    if not self.server.answer:
                        return
                    self.wfile.write(self.server.answer)
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def post() -> Iterator[Post]:
    server = Post()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def mailbox(port: int) -> Channel:
    host = MailHost(host="127.0.0.1", port=port, sender="mj@example.test", security="none")
    return Channel("office", Mailbox(host, "office@example.test"))


def carried(channel: Channel) -> Outcome:
    async def offered() -> Outcome:
        courier = Courier({"127.0.0.1"}, 0.5)
        try:
            return await carry(channel, TELLING, courier, 1_790_000_000_000)
        finally:
            await courier.close()

    return asyncio.run(offered())


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes what is sent and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_mail_brings_the_files_under_an_id_that_a_repeat_would_have_too(post: Post) -> None:
    assert carried(mailbox(post.server_address[1])) == Outcome("taken")

    mail = message_from_bytes(post.taken[0], policy=default)
    files = {each.get_filename(): each.get_content() for each in mail.iter_attachments()}
    assert mail["Message-ID"] == f"<{TELLING.delivery}@mingjing>"
    assert files == {"月报.pdf": b"%PDF-1.7", "m.csv": "a,b\r\n"}


def test_a_mail_that_the_server_refuses_was_not_taken(post: Post) -> None:
    post.answer = b"552 too big\r\n"

    assert carried(mailbox(post.server_address[1])).state == "refused"


def test_a_server_that_hangs_up_after_the_mail_may_have_taken_it(post: Post) -> None:
    post.answer = b""

    assert carried(mailbox(post.server_address[1])).state == "unknown"


def test_a_receiver_that_is_not_there_has_taken_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert carried(mailbox(port)).state == "refused"
    assert carried(Channel("hook", Webhook(f"http://127.0.0.1:{port}/", "secret"))).state == "refused"


@pytest.mark.parametrize(("status", "state"), [(200, "taken"), (500, "refused"), (413, "refused")])
def test_an_answer_says_what_came_of_it(receiver: Receiver, status: int, state: str) -> None:
    receiver.status = status

    assert carried(Channel("hook", Webhook(f"{receiver.url}/report", "secret"))).state == state


def test_a_receiver_that_never_answers_may_have_taken_it() -> None:
    with silent() as port:
        outcome = carried(Channel("hook", Webhook(f"http://127.0.0.1:{port}/", "secret")))

    assert outcome.state == "unknown"


def test_files_are_put_whole_and_putting_them_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        assert put(tmp_path / "leaders" / "2026-10", FILES) == Outcome("taken")

    assert sorted(each.name for each in (tmp_path / "leaders" / "2026-10").iterdir()) == ["m.csv", "月报.pdf"]


def test_a_folder_that_cannot_be_written_has_taken_nothing(tmp_path: Path) -> None:
    (tmp_path / "leaders").write_text("a file stands where the folder should be")

    assert put(tmp_path / "leaders", FILES).state == "refused"
