"""Digests of all schemas, committed, so that no answer changes unseen.

``python -m paddlex_nb.cli.answers.digests`` writes them. It refuses a change of an answer that was
there before unless `VERSION` was raised; ``--compatible`` says that only fields came.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paddlex_nb.cli.answers import VERSION
from paddlex_nb.cli.answers.schema import NAMES, schema_of

FILE = Path(__file__).with_name("digests.json")
_WORDS = {"$id", "title", "description"}
"""What says nothing on the shape of an answer."""


def digests() -> dict[str, Any]:
    """The version of the schemas, and of each a digest of what its answer looks like."""
    found = {name: _digest(_shape(schema_of(name))) for name in NAMES}
    return {"version": VERSION, "answers": dict(sorted(found.items()))}


def broken(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The commands whose answers have changed, or are gone, under the same version."""
    if before["version"] != now["version"]:
        return []
    return [name for name, of in before["answers"].items() if now["answers"].get(name) != of]


def main(words: Sequence[str]) -> int:
    """Write the digests, unless that would hide a change."""
    before = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else None
    now = digests()
    if before is not None and (names := broken(before, now)) and "--compatible" not in words:
        sys.stderr.write(
            f"The answers of {', '.join(names)} have changed. Raise VERSION in "
            "paddlex_nb/cli/answers/__init__.py, or say --compatible if fields only came.\n"
        )
        return 1
    FILE.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    return 0


def _shape(part: Any) -> Any:
    """A schema without its words."""
    if isinstance(part, list):
        return [_shape(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        # a field may be called as a word is
        name: {field: _shape(one) for field, one in value.items()}
        if name in {"properties", "$defs"}
        else _shape(value)
        for name, value in part.items()
        if name not in _WORDS
    }


def _digest(shape: Any) -> str:
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
