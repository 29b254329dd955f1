"""Encodings of text files."""

from __future__ import annotations

import pytest

from paddlex_nb.data.source.encoding import decode


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"hat\n", "hat\n", "utf-8"),
        ("帽子 鞋".encode(), "帽子 鞋", "utf-8"),
        ("帽子".encode("utf-8-sig"), "帽子", "utf-8-sig"),
        ("帽子 0\n".encode("utf-16"), "帽子 0\n", "utf-16"),
        ("images/帽子_1.jpg 0\n鞋\n".encode("gbk"), "images/帽子_1.jpg 0\n鞋\n", "gbk"),
        ("Blutkörper, Größe, café".encode("cp1252"), "Blutkörper, Größe, café", "windows-1252"),
        (b"", "", "utf-8"),
    ],
)
def test_encodings_are_recognised(data: bytes, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)


def test_any_bytes_become_text() -> None:
    for start in range(0, 256, 16):
        text, _ = decode(bytes(range(start, start + 16)) * 3)
        text.encode("utf-8")  # nothing that could not be written again
