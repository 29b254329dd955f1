"""Every finding and every error has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import paddlex_nb.data
from paddlex_nb.core.i18n import has
from paddlex_nb.data.formats import FORMATS

SOURCE = "\n".join(
    p.read_text(encoding="utf-8")
    for p in sorted(Path(paddlex_nb.data.__file__).parent.rglob("*.py"))
)
CODES = {
    *re.findall(r'(?:\.(?:error|warning|info|refuse)|_bad|Finding|error)\(\s*"(\w+)"', SOURCE),
    *re.findall(r'code = (?:\(\s*)?"(\w+)"', SOURCE),
    *re.findall(r'else "(\w+_\w+)"', SOURCE),
    *("exact_duplicate", "near_duplicate", "symlink_loop", "link_skipped"),
}


def test_the_codes_were_found() -> None:
    assert len(CODES) > 50
    assert "truncated_image" in CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_findings_have_words(code: str) -> None:
    assert has(f"findings.{code}")


@pytest.mark.parametrize("key", sorted(set(re.findall(r'"(data\.\w+|formats\.\w+\.\w+)"', SOURCE))))
def test_errors_have_words(key: str) -> None:
    assert has(key)


@pytest.mark.parametrize("name", [f.name for f in FORMATS])
def test_formats_have_words(name: str) -> None:
    assert has(f"formats.{name}")
    assert has(f"formats.{name}.rule")
