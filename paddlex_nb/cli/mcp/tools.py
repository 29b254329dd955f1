"""Which commands are tools, and what they take as JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import click

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
    group = app
    for word in groups:
        group = cast(click.Group, group.commands[word])
    return group.commands[last]


def parameters(command: click.Command) -> Iterator[tuple[str, click.Parameter]]:
    """The parameters of a tool by name."""
    for param in command.params:
        if param.name is not None and param.name not in _LEFT_OUT:
            yield param.name, param


def input_schema(command: click.Command) -> dict[str, Any]:
    """What a tool takes: the command's arguments and options by name."""
    known = list(parameters(command))
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: _property(name, param) for name, param in known},
        "additionalProperties": False,
    }
    if required := [name for name, param in known if param.required]:
        schema["required"] = required
    return schema


def command_line(name: str, arguments: Mapping[str, Any]) -> list[str]:
    """The words of a command with these arguments, which fit `input_schema`."""
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


def _property(name: str, param: click.Parameter) -> dict[str, Any]:
    """A parameter as JSON Schema."""
    found = _type(param)
    if param.multiple or param.nargs == -1:
        found = {"type": "array", "items": found}
        if param.required:
            found["minItems"] = 1
    default = param.default
    if isinstance(default, (bool, int, float, str)) and not callable(default):
        found["default"] = default
    text = param.help if isinstance(param, click.Option) else tr(f"cli.argument.{name}")
    return {**found, "description": text}


def _type(param: click.Parameter) -> dict[str, Any]:
    match param.type:
        case click.Choice(choices=choices):
            return {"type": "string", "enum": [*choices]}
        case click.types.IntParamType():
            least = getattr(param.type, "min", None)
            return {"type": "integer", **({} if least is None else {"minimum": least})}
        case click.types.FloatParamType():
            return {"type": "number"}
        case click.types.BoolParamType():
            return {"type": "boolean"}
    return {"type": "string"}
