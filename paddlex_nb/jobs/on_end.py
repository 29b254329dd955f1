"""What is to be done when a job has ended: a command of the user's, or a web address to tell.

It is handed down from process to process and never written to the workspace: whoever may write
there must not be able to have somebody else's process run commands, and an address may hold a
secret.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from paddlex_nb.core.errors import UserError

VARIABLE = "PADDLEX_NB_ON_END"
"""Variable of the environment that hands it down; empty for nothing."""


class OnEnd(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command or an address.

    Attributes:
        command: Program and arguments; empty if it is an address.
        folder: Where the command runs: where whoever asked for it was.
        url: The address; empty if it is a command.
    """

    command: list[str] = []
    folder: str = ""
    url: str = ""

    @property
    def name(self) -> str:
        """What messages call it: no arguments and no path of an address, which may be secret."""
        return (urlsplit(self.url).hostname or "") if self.url else Path(self.command[0]).name


def as_on_end(given: str | Sequence[str]) -> OnEnd:
    """What a user asked for: ``http(s)://…``, a command in one text, or program and arguments.

    A text is taken apart as a shell would, but no shell ever sees it.

    Raises:
        UserError: It is neither an address nor a program that can be run.
    """
    text = given if isinstance(given, str) else shlex.join(given)
    try:
        words = shlex.split(given) if isinstance(given, str) else [*given]
        if len(words) == 1 and words[0].lower().startswith(("http://", "https://")):
            if urlsplit(words[0]).hostname:
                return OnEnd(url=words[0])
        elif words and (program := shutil.which(words[0])) is not None:
            command = [str(Path(program).absolute()), *words[1:]]
            return OnEnd(command=command, folder=str(Path.cwd()))
    except (OSError, ValueError):  # quotes that do not close, an address that is none
        pass
    raise UserError("jobs.on_end.wrong", text=text[:200])


def handed_down(on_end: OnEnd | None) -> dict[str, str]:
    """The environment that hands it to a process; clears what this process got itself."""
    return {VARIABLE: "" if on_end is None else msgspec.json.encode(on_end).decode()}


def received() -> OnEnd | None:
    """What was handed to this process, taken out of its environment: its children get nothing."""
    text = os.environ.pop(VARIABLE, "")
    try:
        return msgspec.json.decode(text, type=OnEnd) if text else None
    except msgspec.MsgspecError:
        return None
