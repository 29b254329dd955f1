"""The command line ``paddlex-nb``: the same verbs as the wizard and the Python API.

With ``--json``, standard output is exactly one JSON object; everything else goes to standard
error. The exit status is 0 on success, 1 when something failed, 2 when the command is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from paddlex_nb.cli.answering import Refusal, answered
from paddlex_nb.cli.shared import Reply, Settings
from paddlex_nb.core.i18n import LANGUAGES, Message, set_language, tr
from paddlex_nb.core.wording import instead


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words behind ``paddlex-nb``; by default the process's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in _options(words)
    if (code := _take_language(words)) is not None:
        if code not in LANGUAGES:
            near = instead(code, LANGUAGES)
            unknown = Message("cli.usage.language", {"name": code, "near": near})
            return _fail(Refusal(unknown, 2), as_json)
        set_language(code)
    reply = answered(words, Settings())
    if isinstance(reply, Refusal):
        return _fail(reply, as_json)
    if isinstance(reply, Reply):
        _print(reply, as_json=as_json)
        return 0 if reply.ok else 1
    return reply


def _options(words: list[str]) -> list[str]:
    """The words up to ``--``: behind it stand names and paths, whatever they look like."""
    return words[: words.index("--")] if "--" in words else words


def _take_language(words: list[str]) -> str | None:
    """Take ``--lang CODE`` out, wherever it stands."""
    for i, word in enumerate(_options(words)):
        if word == "--lang" and i + 1 < len(words):
            code = words[i + 1]
            del words[i : i + 2]
            return code
        if word.startswith("--lang="):
            del words[i]
            return word.partition("=")[2]
    return None


def _print(reply: Reply, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(reply.data).decode() + "\n")
    else:
        sys.stdout.write(reply.text.rstrip("\n") + "\n")


def _fail(refusal: Refusal, as_json: bool) -> int:
    with suppress(OSError):  # a terminal that was closed hears nothing
        _tell(refusal, as_json=as_json)
    return refusal.status


def _tell(refusal: Refusal, *, as_json: bool) -> None:
    text = str(refusal.message)
    if as_json:
        sys.stdout.write(msgspec.json.encode(refusal.to_dict()).decode() + "\n")
    if refusal.bare:
        sys.stderr.write(text + "\n")
        return
    hint = "" if refusal.status == 1 else f"\n{tr('cli.see_help')}"
    sys.stderr.write(tr("cli.error.line", text=f"{text}{hint}") + "\n")
