"""Steps as a Python script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paddlex_nb.core.i18n import Message
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.script.step import Call, Note, Numbering, Step, comment
from paddlex_nb.script.verbs import VERBS
from paddlex_nb.version import __version__

_WIDTH = 100
_INDENT = "    "


def write_python(run: Run, steps: Sequence[Step]) -> str:
    """The run as a Python script."""
    workspace = RunFolder(run.folder).workspace.path
    headline = Message("script.made", {"version": __version__, "run": run.id})
    lines = [
        *comment(headline),
        *comment(Message("script.workspace")),
        "import sys",
        "",
        "from paddlex_nb import Workspace",
        "",
        f"folder = sys.argv[1] if len(sys.argv) > 1 else {str(workspace)!r}",
        "workspace = Workspace(folder)",
        "",
    ]
    numbering = Numbering()
    for step in steps:
        lines += comment(step.message) if isinstance(step, Note) else _call(step, numbering)
    return "\n".join(lines) + "\n"


def _call(call: Call, numbering: Numbering) -> list[str]:
    verb, rest = VERBS[call.verb], dict(call.arguments)
    if "objects" in rest:
        rest["objects"] = [(path, numbering.now(number)) for path, number in rest["objects"]]
    if "number" in rest:
        rest["number"] = numbering.now(rest["number"])
    overrides, recommended = rest.pop("chosen", {}), rest.pop("recommended", {})
    parts = [_value(rest.pop(name)) if name in rest else name for name in verb.positional]
    parts += _named(rest)
    if verb.is_edit:
        numbering.count(call.added)
    one_line = verb.python.format(", ".join(parts))
    if not (overrides or recommended) and len(one_line) <= _WIDTH and "\n" not in one_line:
        return one_line.split("\n")
    lines = [f"{_INDENT}{part}," for part in parts]
    for key, values in (("script.chosen", overrides), ("script.recommended", recommended)):
        if values:
            lines += [_INDENT + line for line in comment(Message(key))]
            lines += [f"{_INDENT}{part}," for part in _named(values)]
    return verb.python.format("\n" + "\n".join(lines) + "\n").split("\n")


def _named(values: Mapping[str, Any]) -> list[str]:
    return [f"{name}={_value(value)}" for name, value in values.items()]


def _value(value: object) -> str:
    """A value as code: what cannot be printed is escaped; long lists have a line for each."""
    text = repr(value)
    if not isinstance(value, list) or len(text) < _WIDTH // 2:
        return text
    inner = "".join(f"{_INDENT * 2}{item!r},\n" for item in value)
    return f"[\n{inner}{_INDENT}]"
