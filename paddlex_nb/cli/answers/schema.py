"""JSON Schemas (2020-12) of what commands answer."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from paddlex_nb.cli.answers import VERSION
from paddlex_nb.cli.answers.table import ANSWERS, BESIDE
from paddlex_nb.cli.shared import CommandLineError
from paddlex_nb.core.wording import instead

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = (*ANSWERS, *BESIDE)
"""All that there is a schema of."""


def schema_of(name: str) -> dict[str, Any]:
    """The schema of a command's answer; fields that it does not name are not allowed.

    Args:
        name: The command, such as ``dataset list``; ``error``, or ``event``.

    Raises:
        CommandLineError: There is none of that name.
    """
    types = ANSWERS.get(name) or BESIDE.get(name)
    if types is None:
        raise CommandLineError("cli.schema.unknown", name=name, near=instead(name, NAMES))
    found, parts = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    shapes = found[0] if len(types) == 1 else {"anyOf": list(found)}
    whole: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:paddlex-nb:{VERSION}:{name.replace(' ', '-')}",
        "title": name,
        "type": "object",
        **shapes,
    }
    if parts:
        whole["$defs"] = dict(sorted(parts.items()))
    _finish(whole)
    return whole


def _finish(part: Any) -> None:
    """Allow no other fields, and make one paragraph of each description."""
    if isinstance(part, list):
        for one in part:
            _finish(one)
    if not isinstance(part, dict):
        return
    if part.get("type") == "object" and "properties" in part:
        part.setdefault("additionalProperties", False)
    if isinstance(text := part.get("description"), str):
        part["description"] = inspect.cleandoc(text)
    for one in part.values():
        _finish(one)
