"""Holds what commands answer against their schemas."""

from __future__ import annotations

from functools import cache
from typing import Any

import click
import msgspec
import pytest
from jsonschema import Draft202012Validator

from paddlex_nb.cli import shared
from paddlex_nb.cli.answers.schema import schema_of

answered: set[str] = set()
"""The commands of this process that have answered so far."""


@cache
def validator(name: str) -> Any:
    """What holds an answer of this command against its schema."""
    return Draft202012Validator(schema_of(name))


def check_answers(patch: pytest.MonkeyPatch) -> None:
    """Have every answer of this process checked: a field that no schema names is refused."""
    invoke = shared._Shared.invoke

    def checked(self: shared._Shared, context: click.Context) -> Any:
        reply = invoke(self, context)
        if isinstance(reply, shared.Reply) and context.invoked_subcommand is None:
            name = context.command_path.removeprefix("paddlex-nb ")
            validator(name).validate(msgspec.json.decode(msgspec.json.encode(reply.data)))
            answered.add(name)
        return reply

    patch.setattr(shared._Shared, "invoke", checked)
