"""Every format of data sets, by task: what it looks like, and whether it is written too."""

from __future__ import annotations

from markup import code, plain, table
from words import word

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats import FORMATS
from paddlex_nb.data.writers import WRITERS


def page() -> str:
    """All formats, by task; what can only be read stands last."""
    return "\n\n".join(map(_task, Task))


def _task(task: Task) -> str:
    written = list(WRITERS[task])
    names = [one.name for one in FORMATS if one.task is task]
    # a table of another form, which the reader of tables reads
    names += [name for name in written if name not in names]
    names.sort(key=lambda name: name not in written)
    head = [word("format"), word("name"), word("looks_like"), word("written")]
    rows = [
        (
            plain(tr(f"formats.{name}")),
            code(name),
            plain(tr(f"formats.{'csv' if name == 'one_hot' else name}.rule")),
            word("yes") if name in written else "",
        )
        for name in names
    ]
    return f"## {tr(f'data.task.{task}')}\n\n{table(head, rows)}"
