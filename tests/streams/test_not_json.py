import pytest

from mingjing.streams.not_json import not_utf8_json

EVENT = '{"id": "受理"}'


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b" \r\n", "内容为空"),
        (EVENT.encode("utf-8-sig"), "BOM（EF BB BF）"),
        (EVENT.encode("utf-16"), "UTF-16"),
        (EVENT.encode("utf-16-le"), "UTF-16"),
        (EVENT.encode("gb18030"), "多半是 GBK"),
    ],
    ids=["nothing", "a mark", "UTF-16", "UTF-16 without a mark", "GB18030"],
)
def test_an_encoding_that_is_not_ours_is_named_with_its_remedy(raw: bytes, says: str) -> None:
    told = not_utf8_json(raw)

    assert told is not None
    assert (says in told, "请" in told) == (True, True)


def test_of_utf8_the_parser_speaks_itself() -> None:
    assert not_utf8_json(EVENT[:-1].encode()) is None
