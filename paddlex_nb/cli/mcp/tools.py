"""Which commands are tools, and what they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, cast

import click
import msgspec
from msgspec import Meta

from paddlex_nb.cli.commands import app
from paddlex_nb.core.i18n import tr

READING = (
    "models",
    "dataset list",
    "dataset check",
    "dataset fixes",
    "dataset changes",
    "dataset stats",
    "params",
    "runs list",
    "runs show",
    "runs script",
    "compare",
    "labels",
    "jobs list",
    "jobs follow",
    "logs",
    "disk",
)
"""Commands that change nothing."""

DOING = (
    "sample",
    "dataset import",
    "dataset update",
    "dataset fix",
    "dataset undo",
    "dataset split",
    "dataset export",
    "train",
    "resume",
    "stop",
    "evaluate",
    "predict",
    "export",
    "save",
)
"""Commands that make or change something that can be had again; none deletes."""

_LEFT_OUT = {
    "on_end",  # runs any command
    "force",
    "keep",
    "plots",
    "figure",
    "x",
    "metric",  # of the figure
    "workspace_option",
    "json_option",
    "lang_option",
}
"""Parameters that are not an agent's."""

COMMANDS = {name.replace(" ", "_"): name for name in (*READING, *DOING)}
"""The command of each tool."""


def command_of(name: str) -> click.Command:
    """The command of that name, such as ``dataset list``."""
    *groups, last = name.split()
    group: click.Group = app
    for word in groups:
        group = cast(click.Group, group.commands[word])
    return group.commands[last]


def parameters(command: click.Command) -> Iterator[tuple[str, click.Parameter]]:
    """The parameters of a tool by name."""
    for param in command.params:
        if param.name is not None and param.name not in _LEFT_OUT:
            yield param.name, param


@cache
def arguments_type(name: str) -> type[msgspec.Struct]:
    """What a tool takes: the arguments and options of its command by name, and nothing else."""
    fields: list[Any] = []
    for key, param in parameters(command_of(name)):
        text = param.help if isinstance(param, click.Option) else tr(f"cli.argument.{key}")
        kind = _type(param)
        if param.required:
            fields.append((key, Annotated[kind, Meta(description=text)]))
        else:
            default = param.default if isinstance(param.default, bool | int | float | str) else None
            fields.append((key, Annotated[kind | None, Meta(description=text)], default))
    return msgspec.defstruct("Arguments", fields, kw_only=True, forbid_unknown_fields=True)


def input_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of what a tool takes."""
    (_,), parts = msgspec.json.schema_components([arguments_type(name)])
    schema: dict[str, Any] = parts["Arguments"]
    return schema


def command_line(name: str, arguments: Mapping[str, Any]) -> list[str]:
    """The words of a command with these arguments, which fit `arguments_type`."""
    options, behind = [], []
    for key, param in parameters(command_of(name)):
        if (value := arguments.get(key)) is None:
            continue
        values = value if isinstance(value, list) else [value]
        if not isinstance(param, click.Option):
            behind += [str(one) for one in values]
        elif param.is_flag:
            options += [_long(param)] if value else []
        else:
            options += [f"{_long(param)}={one}" for one in values]
    return [*name.split(), *options, "--", *behind]


def _long(option: click.Option) -> str:
    return max(option.opts, key=len)


def _type(param: click.Parameter) -> Any:
    """The type of a parameter's value."""
    kind: Any = str
    match param.type:
        case click.Choice(choices=choices):
            kind = Literal[tuple(choices)]
        case click.IntRange(min=least):
            kind = Annotated[int, Meta(ge=None if least is None else int(least))]
        case click.types.IntParamType():
            kind = int
        case click.types.FloatParamType():
            kind = float
        case click.types.BoolParamType():
            kind = bool
    if not param.multiple and param.nargs != -1:
        return kind
    return Annotated[list[kind], Meta(min_length=1 if param.required else 0)]
