"""Text files of unknown encoding, as annotation tools of the world write them."""

from __future__ import annotations

import codecs
import re

from paddlex_nb.core.errors import UserError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = {
    "gb18030": "GB18030 (GBK)",
    "big5": "Big5",
    "shift_jis": "Shift JIS",
    "euc_kr": "EUC-KR",
    "windows-1252": "Windows-1252",
    "windows-1251": "Windows-1251",
}
"""Encodings that are offered where the one that was found may be wrong, and their names."""

_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")


def decode(data: bytes, wanted: str = "") -> tuple[str, str]:
    """Decode text and say which encoding it had.

    UTF-8, with a byte order mark or without, and UTF-16 with one are certain. Otherwise it is the
    encoding that is wanted, if any. Else it is GBK if it decodes so and most of its two-byte
    letters are the common ones of GB 2312 (both bytes high); European accents nearly always stand
    beside plain letters and fail that. The rest is Windows-1252, in which any byte is something.

    Args:
        data: The text's bytes.
        wanted: The encoding of what is no UTF-8, by its name in Python; detected if empty.

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
    if wanted:
        return data.decode(wanted, errors="replace"), wanted
    pairs, common = len(_PAIR.findall(data)), len(_COMMON_PAIR.findall(data))
    if common * 2 > pairs:
        try:
            return data.decode("gb18030"), "gbk"
        except UnicodeDecodeError:
            pass
    return data.decode("windows-1252", errors="replace"), "windows-1252"


def check_encoding(name: str) -> None:
    """Refuse a name that is not the name of a text encoding; empty is allowed.

    Raises:
        UserError: It is not; names some that are.
    """
    try:
        b"    ".decode(name or "utf-8")  # of no bytes at all any name would do
    except (LookupError, ValueError) as error:
        raise UserError("data.no_such_encoding", encoding=name, known=[*ENCODINGS]) from error
