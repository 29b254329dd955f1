"""The documentation as it lies in the source tree, for tests of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
LANGUAGES = {"en": "en", "zh": "zh_CN"}
"""The package's name of the language that each folder of pages is in."""

_FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@lru_cache(maxsize=2)
def generated(language: str) -> dict[str, str]:
    """The generated pages of a language (``en``, ``zh``), as the site's hook gets them."""
    command = [sys.executable, str(DOCS / "generate" / "pages.py"), LANGUAGES[language]]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    pages: dict[str, str] = json.loads(done.stdout)
    return pages


def pages(language: str) -> dict[str, str]:
    """The pages that are written by hand, by path."""
    folder = DOCS / language
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.md"))
    }


def blocks(text: str, *languages: str) -> list[str]:
    """The code blocks in some programming languages, in order, without their indentation."""
    found = []
    for indent, language, body in _FENCE.findall(text):
        if language in languages:
            lines = body.splitlines(keepends=True)
            found.append("".join(line.removeprefix(indent) for line in lines))
    return found
