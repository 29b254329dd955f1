"""What all commands share: their common options, and what they give back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from paddlex_nb.i18n import LANGUAGES, tr
from paddlex_nb.workspace import Workspace

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


@dataclass
class Settings:
    """The common options of the command that runs.

    Attributes:
        path: The workspace as given, if it was.
        json: Whether standard output is for a program.
    """

    path: Path | None = None
    json: bool = False
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
    found: Settings = click.get_current_context().ensure_object(Settings)
    return found


class Command(click.Command):
    """A command with ``--workspace``, ``--json`` and ``--lang``."""

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
        shared.path = ctx.params.pop("workspace_option")
        shared.json = ctx.params.pop("json_option")
        ctx.params.pop("lang_option")
        return super().invoke(ctx)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows in columns as wide as their content (Chinese characters count double)."""
    from prettytable import PrettyTable, TableStyle

    drawn = PrettyTable([*head])
    drawn.set_style(TableStyle.PLAIN_COLUMNS)
    drawn.align = "l"
    drawn.right_padding_width = 2
    drawn.add_rows([[plain(cell) for cell in row] for row in rows])
    return "\n".join(line.rstrip() for line in drawn.get_string().splitlines())


def plain(cell: object) -> str:
    """A cell or line as it may be printed: names in it are untrusted, so no control characters."""
    text = f"{cell:.4f}" if isinstance(cell, float) else "–" if cell is None else str(cell)
    return "".join(c if c.isprintable() else "�" for c in text)
