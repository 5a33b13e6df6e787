"""What was sent in place of JSON, told by its bytes: the parser's words help nobody who saved in another encoding."""

import codecs


def not_utf8_json(raw: bytes) -> str | None:
    """Return what was sent in place of JSON in UTF-8, for what is told by its bytes; None for anything else."""
    if not raw.strip():
        return "内容为空；请把一个 CloudEvents 1.0 事件（JSON）作为内容重发"
    if raw.startswith(codecs.BOM_UTF8):
        return "内容以 BOM（EF BB BF）开头；请存为不带 BOM 的 UTF-8 后重发"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw[:4]:
        return "内容是 UTF-16 或 UTF-32 编码；请转成 UTF-8 后重发"
    try:
        raw.decode()
    except UnicodeDecodeError:
        return "内容不是 UTF-8 编码（多半是 GBK、GB18030）；请转成 UTF-8 后重发"
    return None
