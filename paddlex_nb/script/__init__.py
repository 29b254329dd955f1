"""A run as code: whatever the wizard did can be had without it, in Python and in a terminal.

`steps` reads from the workspace's records what was done, `python` and `shell` write it down, and
`verbs` is the one place that says how each step is called in either.
"""

from __future__ import annotations

from paddlex_nb.run import Run
from paddlex_nb.script.python import write_python
from paddlex_nb.script.shell import write_shell
from paddlex_nb.script.steps import steps_of

__all__ = ["command_lines", "python_script"]


def python_script(run: Run) -> str:
    """A Python script that does again what led to a run, from the import to the exports.

    It takes the folder of the workspace as its first argument; by default it is the run's own, in
    which it makes a second data set and a second run. What cannot be told as code is said in
    comments.

    Raises:
        UserError: The run's record is damaged.
    """
    return write_python(run, steps_of(run))


def command_lines(run: Run) -> str:
    """The run as a bash script that calls ``paddlex-nb``.

    Raises:
        UserError: The run's record is damaged.
    """
    return write_shell(run, steps_of(run))
