"""Running one command: what it answers, or why it refuses."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

import click

from paddlex_nb.cli.shared import CommandLineError, Interrupted, Reply, Settings
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_refusal
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import instead


@dataclass(frozen=True)
class Refusal:
    """Why a command did not do what it was asked.

    Attributes:
        message: One sentence.
        status: The exit status: 1 if it failed, 2 if the command is wrong.
        bare: It is a help text, which is all that is said.
    """

    message: Message | str
    status: int
    bare: bool = False

    @property
    def code(self) -> str:
        """Its stable name."""
        return self.message.key if isinstance(self.message, Message) else "usage"

    def to_dict(self) -> dict[str, dict[str, str]]:
        """It as plain JSON, as any command prints it with ``--json``."""
        return {"error": {"code": self.code, "message": str(self.message)}}


def answered(words: Sequence[str], settings: Settings) -> Reply | int | Refusal:
    """Run one command.

    Args:
        words: The words behind ``paddlex-nb``, without ``--lang``.
        settings: What holds unless the words say otherwise.

    Returns:
        Its reply; an exit status where it has served until it was ended; or why it refuses.
    """
    try:
        # help texts are read when the commands are defined, so the language comes first
        from paddlex_nb.cli.commands import app

        reply = app([*words], prog_name="paddlex-nb", standalone_mode=False, obj=settings)
    except (click.exceptions.Abort, KeyboardInterrupt) as error:
        # click makes an Abort of every interrupt
        cause = error.__cause__ if isinstance(error, click.exceptions.Abort) else error
        notice = cause.message if isinstance(cause, Interrupted) else Message("cli.aborted")
        return Refusal(notice, 1)
    except click.exceptions.NoArgsIsHelpError as error:
        return Refusal(error.format_message(), 2, bare=True)
    except click.ClickException as error:
        return Refusal(_usage(error), 2)
    except UserError as error:
        return Refusal(error.message, 2 if isinstance(error, CommandLineError) else 1)
    except ValueError as error:
        return Refusal(str(error), 1)
    except Exception as error:  # noqa: BLE001 - nobody is to meet a bare traceback
        refused = disk_refusal(error) if isinstance(error, OSError) else None
        return Refusal(_unexpected(error) if refused is None else refused.message, 1)
    if isinstance(reply, (Reply, int)):
        return reply
    return 0  # a help text, or the version, was printed


def _unexpected(error: Exception) -> Message:
    """That something is wrong with us; the traceback is in a file."""
    handle, name = tempfile.mkstemp(prefix="paddlex-nb-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as report:
        report.write(traceback.format_exc())
    reason = f"{type(error).__name__}: {error}"
    return Message("cli.unexpected", {"reason": reason, "report": name})


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
