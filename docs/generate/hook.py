"""What is done to pages before they become HTML: references come in, Chinese lines together.

A page asks for a generated reference by ``{{ generated: NAME }}``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

_PLACE = re.compile(r"^\{\{ generated: (\w+) \}\}$", re.MULTILINE)
_CHINESE = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_BREAK = re.compile(rf"(?<=[{_CHINESE}])\n *(?=[{_CHINESE}])")
"""A new line within a Chinese sentence, which a browser would show as a space."""

_LANGUAGES = {"en": "en", "zh": "zh_CN"}


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Called by MkDocs for each page before it becomes HTML."""

    def found(match: re.Match[str]) -> str:
        return generated(page.file.src_uri.partition("/")[0])[match[1]]

    return _PLACE.sub(found, _BREAK.sub("", markdown))


@lru_cache(maxsize=2)
def generated(language: str) -> dict[str, str]:
    """Markdown of all generated pages, by name.

    Args:
        language: Name of the pages' folder: ``en`` or ``zh``.
    """
    command = [sys.executable, str(Path(__file__).with_name("pages.py")), _LANGUAGES[language]]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    pages: dict[str, str] = json.loads(done.stdout)
    return pages
