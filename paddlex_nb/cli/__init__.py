"""The command line ``paddlex-nb``: the same verbs as the wizard and the Python API.

With ``--json``, standard output is exactly one JSON object; everything else goes to standard
error. The exit status is 0 on success, 1 when something failed, 2 when the command is wrong.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress

import click
import msgspec

from paddlex_nb.cli.shared import Interrupted, Reply, Settings
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_refusal
from paddlex_nb.core.i18n import LANGUAGES, Message, set_language, tr
from paddlex_nb.core.wording import instead


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words behind ``paddlex-nb``; by default the process's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in _options(words)
    try:
        if (code := _take_language(words)) is not None:
            if code not in LANGUAGES:
                near = instead(code, LANGUAGES)
                raise UserError("cli.usage.language", name=code, near=near)
            set_language(code)
        # help texts are read when the commands are defined, so the language comes first
        from paddlex_nb.cli.commands import app

        reply = app(words, prog_name="paddlex-nb", standalone_mode=False, obj=Settings())
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        # click makes an Abort of every interrupt
        cause = error.__cause__ if isinstance(error, click.exceptions.Abort) else error
        notice = cause.message if isinstance(cause, Interrupted) else Message("cli.aborted")
        return _fail(notice, 1, as_json)
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(error.format_message() + "\n")
        return 2
    except click.ClickException as error:
        return _fail(_usage(error), 2, as_json)
    except (UserError, ValueError) as error:
        message = error.message if isinstance(error, UserError) else str(error)
        return _fail(message, 1, as_json)
    except Exception as error:  # noqa: BLE001 - nobody is to meet a bare traceback
        refused = disk_refusal(error) if isinstance(error, OSError) else None
        if refused is not None:
            return _fail(refused.message, 1, as_json)
        handle, name = tempfile.mkstemp(prefix="paddlex-nb-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as report:
            report.write(traceback.format_exc())
        reason = f"{type(error).__name__}: {error}"
        return _fail(Message("cli.unexpected", {"reason": reason, "report": name}), 1, as_json)
    if isinstance(reply, Reply):
        _print(reply, as_json=as_json)
        return 0 if reply.ok else 1
    return reply if isinstance(reply, int) else 0


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


def _usage(error: click.ClickException) -> Message | str:
    """What is wrong with the command, in the user's language where it is a common mistake."""
    match error:
        case click.MissingParameter():
            name = error.param.human_readable_name if error.param else ""
            return Message("cli.usage.missing", {"name": name})
        case click.NoSuchOption():
            near = [*(error.possibilities or ())]
            hint = Message("core.did_you_mean", {"near": near})
            if near:
                return Message("cli.usage.option_near", {"name": error.option_name, "near": hint})
            return Message("cli.usage.option", {"name": error.option_name})
        case click.BadParameter():
            name = error.param.human_readable_name if error.param else ""
            return Message("cli.usage.value", {"name": name, "reason": error.message})
    if name := getattr(error, "command_name", ""):  # click 8.4 and newer say which
        context = error.ctx if isinstance(error, click.UsageError) else None
        hint = instead(name, _commands(context))
        return Message("cli.usage.command", {"name": name, "near": hint})
    return error.format_message()


def _commands(context: click.Context | None) -> list[str]:
    """The commands of a group that help shows."""
    group = context.command if context else None
    if not isinstance(group, click.Group):
        return []
    return [name for name, command in group.commands.items() if not command.hidden]


def _print(reply: Reply, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(reply.data).decode() + "\n")
    else:
        sys.stdout.write(reply.text.rstrip("\n") + "\n")


def _fail(message: Message | str, status: int, as_json: bool) -> int:
    with suppress(OSError):  # a terminal that was closed hears nothing
        _tell(message, status, as_json=as_json)
    return status


def _tell(message: Message | str, status: int, *, as_json: bool) -> None:
    text = str(message)
    if as_json:
        code = message.key if isinstance(message, Message) else "usage"
        error = {"error": {"code": code, "message": text}}
        sys.stdout.write(msgspec.json.encode(error).decode() + "\n")
    hint = "" if status == 1 else f"\n{tr('cli.see_help')}"
    sys.stderr.write(tr("cli.error.line", text=f"{text}{hint}") + "\n")
