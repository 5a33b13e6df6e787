import socket
import threading

import pytest

from mingjing.services.notices.channels.mail import MailHost, letter, post
from mingjing.services.notices.wording import Message

MESSAGE = Message("【红牌】办结时限", ("部门：市场监管局",), "https://mingjing.example")


def speak(server: socket.socket, heard: list[str]) -> None:
    """Take one mail as a server of RFC 5321 does."""
    peer, _ = server.accept()
    with peer, peer.makefile("rb") as lines:
        peer.sendall(b"220 ready\r\n")
        for line in lines:
            word = line.split()[0].upper() if line.split() else b""
            heard.append(line.decode().rstrip())
            if word == b"DATA":
                peer.sendall(b"354 go\r\n")
                for each in lines:
                    if each == b".\r\n":
                        break
                    heard.append(each.decode().rstrip())
            peer.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


def test_a_mail_is_handed_over() -> None:
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=speak, args=(server, heard))
        thread.start()
        host = MailHost(
            host="127.0.0.1", port=server.getsockname()[1], sender="mingjing@example.gov.cn", security="none"
        )
        post(host, letter(host, "li@example.gov.cn", MESSAGE, "d1"))
        thread.join()

    assert "Message-ID: <d1@mingjing>" in heard


def test_a_server_that_is_away_is_said_to_be() -> None:
    host = MailHost(host="127.0.0.1", port=9, sender="a@example.gov.cn", security="none")

    with pytest.raises(OSError, match="refused"):
        post(host, letter(host, "b@example.gov.cn", MESSAGE, "d1"))
