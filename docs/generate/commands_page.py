"""The command line: every command with its arguments and options, as its help says."""

from __future__ import annotations

from collections.abc import Iterator

import click
from markup import code, plain, table
from words import word

from paddlex_nb.core.i18n import tr

_COMMON = {"--workspace", "--json", "--lang", "--help"}


def page() -> str:
    """All commands; imports them, so the language must have been chosen before."""
    from paddlex_nb.cli.commands import app

    root = click.Context(app, info_name="paddlex-nb")
    common = [row for row in _options(root) if row[0] in _COMMON]
    parts = [_table(_described(common)), *(_section(context) for context in _commands(root))]
    return "\n\n".join(parts)


def _commands(parent: click.Context) -> Iterator[click.Context]:
    """Every command and group below one, in the order of the help."""
    group = parent.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        if command is not None and not command.hidden:
            context = click.Context(command, info_name=name, parent=parent)
            yield context
            yield from _commands(context)


def _section(context: click.Context) -> str:
    command = context.command
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    title = f"## {context.command_path.removeprefix('paddlex-nb ')}"
    text = [title, plain(command.help or ""), f"```text\n{usage}\n```"]
    own = [row for row in _options(context) if row[0] not in _COMMON]
    if own:
        text.append(_table(_described(own)))
    return "\n\n".join(text)


def _options(context: click.Context) -> list[tuple[str, str, str]]:
    """Longest name, all names with their values, and meaning of every option of a command."""
    rows = []
    for param in context.command.get_params(context):
        record = param.get_help_record(context)
        if isinstance(param, click.Option) and record is not None:
            rows.append((max(param.opts, key=len), *record))
    return rows


def _described(rows: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(code(names), plain(meaning)) for _, names, meaning in rows]


def _table(rows: list[tuple[str, str]]) -> str:
    return table([word("option"), tr("display.param.help")], rows)
