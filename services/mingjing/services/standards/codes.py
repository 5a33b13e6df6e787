"""Codes that exchange standards share: agencies, items, regions, case numbers.

A code that fails its check is remarked on, not refused: the case behind it is real.
"""

import re
from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100—2015: digits and capitals without I, O, S, V, Z."""
_USCC_LENGTH = 18
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_HANDLE_ITEM_LENGTH = 33
_ITEM_LEVELS = "123456"
_REGION = re.compile(r"[1-9]\d{5}(\d{6})?")
_NATIONAL_LENGTH = 43
_CASE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔〕\[\]（）()_-]{1,50}")
_NATIONAL_CASE = re.compile(r"(?P<item>[0-9A-Z]{31}|[0-9A-Z]{33})(?P<day>\d{8})(?P<serial>\d{4,6})")


def uscc_fault(code: str) -> str | None:
    """Return what is wrong with a 统一社会信用代码, or None (GB 32100—2015, check character of ISO 7064 MOD 31-3)."""
    if len(code) != _USCC_LENGTH:
        return f"统一社会信用代码应为18位，此处{len(code)}位"
    strange = sorted({each for each in code if each not in USCC_ALPHABET})
    if strange:
        return f"统一社会信用代码不含字符 {'、'.join(strange)}（不使用 I、O、S、V、Z）"
    expected = USCC_ALPHABET[-sum(USCC_ALPHABET.index(c) * w for c, w in zip(code, _WEIGHTS, strict=False)) % 31]
    return None if code[17] == expected else f"统一社会信用代码校验位为 {code[17]}，按前17位应为 {expected}"


def item_fault(code: str) -> str | None:
    """Return what is wrong with a 实施编码 (31 位) or 业务办理项编码 (33 位), or None.

    Both begin with the 统一社会信用代码 of the agency, whose check character is looked at, too.
    Codes of 10 and 24 characters, of older lists (GB/T 39046—2020), pass.
    """
    if len(code) in {10, 24}:
        return None
    if len(code) not in {31, 33}:
        return f"事项实施编码应为31位（业务办理项33位），此处{len(code)}位"
    if code[18] not in _ITEM_LEVELS:
        return f"事项实施编码第19位（行使层级）为 {code[18]}，应为1至6"
    fault = uscc_fault(code[:_USCC_LENGTH])
    return fault and f"事项实施编码 {code} 的前18位：{fault}"


def handle_item_fault(code: str) -> str | None:
    """Return what is wrong with a 业务办理项编码 (33 位: the 31 of the 实施编码 and a serial of two), or None."""
    if len(code) != _HANDLE_ITEM_LENGTH:
        return f"业务办理项编码应为33位，此处{len(code)}位"
    return item_fault(code)


def region_fault(code: str) -> str | None:
    """Return what is wrong with a region code of GB/T 2260 (6) or of statistics (12 digits), or None."""
    return None if _REGION.fullmatch(code) else f"行政区划代码 {code} 应为6位或12位数字"


def case_number_fault(number: str) -> str | None:
    """Return what is wrong with a 办件编号, or None.

    The national form (实施编码、日期、流水号) is checked; any other up to 50 characters passes.
    """
    if not _CASE.fullmatch(number):
        return f"办件编号 {number} 应为1至50位，不含空格与标点"
    if len(number) < _NATIONAL_LENGTH or not number.isascii():
        return None
    found = _NATIONAL_CASE.fullmatch(number)
    if found is None:
        return "办件编号按全国统一规则应为实施编码加8位日期加流水号"
    try:
        date.fromisoformat(found["day"])
    except ValueError:
        return f"办件编号中的日期 {found['day']} 不是日期"
    return None


def region_of(code: str) -> str:
    """Return a region code of six digits as one of twelve; twelve stay as they are."""
    return code.ljust(12, "0")
