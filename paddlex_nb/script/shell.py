"""Steps as a bash script that calls ``paddlex-nb``."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from paddlex_nb.core.i18n import Message
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.run import Run
from paddlex_nb.script.step import Call, Note, Numbering, Step, comment
from paddlex_nb.script.verbs import VERBS
from paddlex_nb.version import __version__

_LONGEST = 60_000
"""Characters of one command's words; more of them are given to several commands."""

_WIDTH = 100

_FIELD = """\
# field NAME: what the JSON object on standard input says of that name
field() {
  python3 -c 'import json, sys; result = json.load(sys.stdin); print(result[sys.argv[1]])' "$1"
}
"""

_VARIABLES = {"dataset": '"$DATASET"', "run": '"$RUN"'}


def write_shell(run: Run, steps: Sequence[Step]) -> str:
    """The run as a bash script."""
    headline = Message("script.made", {"version": __version__, "run": run.id})
    lines = [
        "#!/usr/bin/env bash",
        *comment(headline),
        *comment(Message("script.workspace")),
        "set -euo pipefail",
        f"FOLDER={word(str(RunFolder(run.folder).workspace.path))}",
        'export PADDLEX_NB_WORKSPACE="${1:-$FOLDER}"',
        _FIELD,
    ]
    numbering = Numbering()
    for step in steps:
        lines += comment(step.message) if isinstance(step, Note) else _call(step, numbering)
    return "\n".join(lines) + "\n"


def _call(call: Call, numbering: Numbering) -> list[str]:
    verb, rest = VERBS[call.verb], dict(call.arguments)
    if "objects" in rest:
        rest["objects"] = [_object(path, number, numbering) for path, number in rest["objects"]]
    if "number" in rest:
        rest["object"] = _object(rest.pop("image"), rest.pop("number"), numbering)
    if call.verb == "open_dataset":
        return [verb.shell.format(word(rest["id"]))]
    lines = _parameters(rest.pop("chosen", {}), rest.pop("recommended", {}))
    first = ['"${PARAMETERS[@]}"'] if lines else []
    words = [rest.pop(name, None) for name in verb.words]
    options = [*first, *map(word, _options(rest)), "--"]
    commands = [_command(verb.shell, [*options, *some]) for some in _chunks(verb.words, words)]
    if verb.is_edit:
        numbering.count(call.added, len(commands))
    return lines + commands


def _command(template: str, words: Sequence[str]) -> str:
    """A command; a long one goes on in further lines."""
    one_line = template.format(" ".join(words))
    return one_line if len(one_line) <= _WIDTH else template.format(" \\\n  ".join(words))


def _object(path: str, number: int, numbering: Numbering) -> str:
    return f"{path}:{numbering.now(number)}"


def _parameters(overrides: Mapping[str, Any], recommended: Mapping[str, Any]) -> list[str]:
    """The parameters of a training as an array: between its words there may be comments."""
    lines: list[str] = []
    for key, values in (("script.chosen", overrides), ("script.recommended", recommended)):
        if values:
            lines += [f"  {line}" for line in comment(Message(key))]
            lines += [f"  {word(setting(name, value))}" for name, value in values.items()]
    return ["PARAMETERS=(", *lines, ")"] if lines else []


def setting(name: str, value: object) -> str:
    """The option that sets a parameter of a training."""
    return f"--set={name}={_text(value)}"


def _options(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if value is True:
            yield f"--{_option(name)}"
        else:
            yield f"--{_option(name)}={_text(value)}"


def _option(name: str) -> str:
    return name.replace("_", "-")


def _chunks(names: Sequence[str], values: Sequence[Any]) -> Iterator[list[str]]:
    """The words of each command: a long list at the end is given in several."""
    words = [
        _VARIABLES[name] if value is None else word(_text(value))
        for name, value in zip(names, values, strict=True)
        if not isinstance(value, (list, dict))
    ]
    last = values[-1]
    if not isinstance(last, (list, dict)):
        yield words
        return
    texts = last if isinstance(last, list) else [f"{k}={v}" for k, v in last.items()]
    some: list[str] = []
    size = 0
    for text in map(word, texts):
        if some and size + len(text) > _LONGEST:
            yield words + some
            some, size = [], 0
        some.append(text)
        size += len(text) + 1
    yield words + some


def _text(value: object) -> str:
    """A value as the command line reads it."""
    if isinstance(value, (list, tuple)):
        return ",".join(map(_text, value))
    if value is None:
        return "none"
    return value if isinstance(value, str) else repr(value)


def word(text: str) -> str:
    """One word of bash: names and paths are untrusted, and may be no text at all."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = "".join(
        c if c.isprintable() and c not in "\\'" else "".join(f"\\x{b:02x}" for b in os.fsencode(c))
        for c in text
    )
    return f"$'{escaped}'"
