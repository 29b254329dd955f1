"""Every finding of the data check: what it says, and what to do about it."""

from __future__ import annotations

import json
from importlib import resources

from markup import code, plain, template
from words import word

from paddlex_nb.core.i18n import has, tr
from paddlex_nb.data.edits.fixes import FIXED


def codes() -> list[str]:
    """The codes of all findings, in alphabetical order."""
    texts = (resources.files("paddlex_nb") / "locale" / "en" / "findings.json").read_text("utf-8")
    keys = (key.split(".") for key in json.loads(texts))
    return sorted(key[1] for key in keys if key[2:] == ["title"])


def page() -> str:
    """All findings, a section each, so that a code can be linked to."""
    return "\n\n".join(map(_section, codes()))


def _section(name: str) -> str:
    key = f"findings.{name}"
    text = [
        f"## {plain(tr(f'{key}.title'))} {{ #{name} }}",
        code(name),
        template(tr(key)),
    ]
    if has(f"{key}.advice"):
        text.append(template(tr(f"{key}.advice")))
    if name in FIXED:
        text.append(f"{word('fix')}{word('colon')}`paddlex-nb dataset fix ID {name}`")
    return "\n\n".join(text)
