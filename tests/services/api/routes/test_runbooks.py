import re

from fastapi.testclient import TestClient

from mingjing.services.api.runbooks import page_of, shipped


def test_the_link_of_an_alert_opens_without_logging_in(client: TestClient) -> None:
    answer = client.get("/runbooks")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<h2 id="month-not-frozen">' in answer.text
    assert client.get("/runbooks", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_every_section_is_an_anchor_with_its_text() -> None:
    page = page_of(shipped())

    assert re.findall(r"\n## (.+)\n", shipped()) == re.findall(r'<h2 id="([^"]+)">', page)
    assert "<code>mingjing press deliveries</code>" in page


def test_what_would_be_read_as_markup_is_shown_as_it_stands() -> None:
    page = page_of("# 甲\n\n开头\n\n## one\n\n`a < b` 见[乙](b.md)\n\n又一段 <x>\n")

    assert "<h1>甲</h1>\n<p>开头</p>" in page
    assert '<h2 id="one">one</h2>\n<p><code>a &lt; b</code> 见乙</p>\n<p>又一段 &lt;x&gt;</p>' in page
