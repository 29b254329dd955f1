"""What all commands share: their common options, and what they give back."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, Message, tr
from paddlex_nb.display.text import plain, size_text, table, time_text
from paddlex_nb.workspace import Workspace

if TYPE_CHECKING:
    from paddlex_nb.jobs.events import AnyEvent
    from paddlex_nb.jobs.queue import Waiting

__all__ = [
    "Command",
    "CommandLineError",
    "Display",
    "Group",
    "Interrupted",
    "Reply",
    "Settings",
    "agree",
    "named_table",
    "option",
    "plain",
    "settings",
    "size_text",
    "table",
    "time_text",
]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Reply:
    """What a command gives back: the same facts for a program and for a person.

    Attributes:
        data: One JSON object.
        text: The facts in words.
        ok: Whether the exit status says success.
    """

    data: dict[str, Any]
    text: str
    ok: bool = True


class CommandLineError(UserError):
    """The command line is wrong, which click has not seen: the exit status is 2."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with a sentence on what goes on and how to come back to it.

    Args:
        message: The sentence.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message.key)
        self.message = message


class Display(Protocol):
    """Shows a job while a command waits for it."""

    def take(self, events: Sequence[AnyEvent], /) -> None:
        """Take in what the job has reported."""

    def show(self, waiting: Waiting | None, /) -> None:
        """Show how things stand, and what it waits for in the queue, if it does."""

    def say(self, text: str, /) -> None:
        """Show lines that it has printed."""

    def close(self) -> None:
        """Show nothing any more."""


@dataclass
class Settings:
    """The common options of the command that runs.

    Attributes:
        path: The workspace as given, if it was.
        json: Whether standard output is for a program.
        display: Makes what shows the job of that id; by default it is shown on the terminal.
        letting_go: Set by whoever does not want to wait any more: the job goes on.
    """

    path: Path | None = None
    json: bool = False
    display: Callable[[str], Display] | None = None
    letting_go: threading.Event = field(default_factory=threading.Event)
    _workspace: Workspace | None = field(default=None, repr=False)

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened when first used."""
        if self._workspace is None:
            self._workspace = Workspace(self.path)
        return self._workspace

    def say(self, text: str) -> None:
        """Tell a person something while the command runs."""
        print(text, file=sys.stderr if self.json else sys.stdout, flush=True)


def option(*names: str, text: str, **attributes: Any) -> Callable[[F], F]:
    """An option whose help is ``cli.option.<text>``; its default is shown."""
    shown = {"show_default": attributes.get("default") is not None, **attributes}
    return click.option(*names, help=tr(f"cli.option.{text}"), **shown)


def settings() -> Settings:
    """The settings of the running command."""
    current: Settings = click.get_current_context().ensure_object(Settings)
    return current


class _Shared(click.Command):
    """What commands and groups have in common: ``--workspace``, ``--json`` and ``--lang``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(
                ["--workspace", "workspace_option"],
                type=click.Path(path_type=Path),
                help=tr("cli.option.workspace"),
            ),
            click.Option(["--json", "json_option"], is_flag=True, help=tr("cli.option.json")),
            click.Option(
                ["--lang", "lang_option"],
                type=click.Choice(list(LANGUAGES)),
                help=tr("cli.option.lang"),
            ),
        ]

    def invoke(self, ctx: click.Context) -> Any:
        """Take the common options out before the command's own function is called."""
        shared = ctx.ensure_object(Settings)
        path, as_json = ctx.params.pop("workspace_option"), ctx.params.pop("json_option")
        shared.path = path or shared.path  # a group's option holds for its commands
        shared.json = as_json or shared.json
        ctx.params.pop("lang_option")
        return super().invoke(ctx)


class Command(_Shared):
    """A command with the common options."""


class Group(_Shared, click.Group):
    """A group with the common options, which does something by itself too."""


def agree(question: str, *, yes: bool) -> None:
    """Ask before something that cannot be taken back.

    Args:
        question: In words; answered with yes or no.
        yes: Whether the user has agreed already, by ``--yes``.

    Raises:
        UserError: Nobody is there to be asked, or the answer is no.
    """
    if yes:
        return
    if settings().json:
        raise UserError("cli.needs_yes")
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort as error:
        raise UserError("cli.needs_yes") from error
    if not agreed:
        raise UserError("cli.not_agreed")


def named_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """As `table`; the second column, a name for people, is left out where it is always the id."""
    if all(row[0] == row[1] for row in rows):
        head, rows = [head[0], *head[2:]], [[row[0], *row[2:]] for row in rows]
    return table(head, rows)
