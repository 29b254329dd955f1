"""A terminal for tests: commands that run in it, and what stands on it."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


class Terminal:
    """A command in a terminal of its own.

    Args:
        *words: Behind ``paddlex-nb``.
        workspace: The workspace.
        columns: How wide it is.
        environment: Variables beside those of this process.
    """

    def __init__(
        self,
        *words: str,
        workspace: Path,
        columns: int = 100,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        given = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS"}}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "paddlex_nb", *words, "--workspace", str(workspace)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**given, "TERM": "xterm-256color", **(environment or {})},
            start_new_session=True,
            # its own controlling terminal: what is typed becomes signals
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.written = ""

    def read(self, until: str | None = None) -> str:
        """What it has written so far, up to its end or until there is ``until``."""
        while until is None or until not in self.written:
            try:
                data = os.read(self._ours, 1 << 16)
            except OSError:  # the last one who could write has gone
                data = b""
            if not data:
                assert until is None, self.written
                break
            self.written += data.decode(errors="replace")
        return self.written

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._ours, keys)

    def end(self) -> int:
        """Its exit status, once it has written all it has to say."""
        self.read()
        os.close(self._ours)
        return self.process.wait(30)


def frames(written: str) -> list[str]:
    """What was written between two moves of the cursor to a line's beginning, without colours."""
    return [shown for part in re.split(r"[\r\n]+", written) if (shown := _CONTROL.sub("", part))]
