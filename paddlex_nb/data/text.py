"""Text files of unknown encoding, as annotation tools of the world write them."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")


def decode(data: bytes) -> tuple[str, str]:
    """Decode text and say which encoding it had.

    UTF-8, with a byte order mark or without, and UTF-16 with one are certain. Otherwise it is GBK
    if it decodes so and most of its two-byte letters are the common ones of GB 2312 (both bytes
    high); European accents nearly always stand beside plain letters and fail that. The rest is
    Windows-1252, in which any byte is something.

    Returns:
        The text and the encoding's name (``utf-8`` for plain UTF-8).
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    pairs, common = len(_PAIR.findall(data)), len(_COMMON_PAIR.findall(data))
    if common * 2 > pairs:
        try:
            return data.decode("gb18030"), "gbk"
        except UnicodeDecodeError:
            pass
    return data.decode("windows-1252", errors="replace"), "windows-1252"
