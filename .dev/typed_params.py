"""Write ``paddlex_nb/params/typed.py``, the typed form of the catalogue of parameters.

Run it as ``.venv/bin/python .dev/typed_params.py`` after a change of parameters or of their English
texts; a test holds that what is committed is what this writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from paddlex_nb.core.i18n import tr
from paddlex_nb.params.catalogue import PARAMS
from paddlex_nb.params.spec import Param

FILE = Path(__file__).parents[1] / "paddlex_nb" / "params" / "typed.py"

_WIDTH = 96

_TYPES = {"int": "int", "float": "float", "bool": "bool", "int_list": "list[int]"}

_HEAD = '''"""The parameters of a training with their types, written by ``.dev/typed_params.py``."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class TrainingParams(TypedDict, total=False):
    """Parameters of a training by name; those that are left out are recommended.

    ``Workspace.train`` and ``Dataset.preview_augmentation`` take them as keyword arguments. None
    means that the parameter is off, or chosen automatically.
    """
'''


def source() -> str:
    """The text of the module."""
    return _HEAD + "".join(map(_field, PARAMS))


def _field(param: Param) -> str:
    choices = ", ".join(f'"{choice}"' for choice in param.choices)
    kind = f"Literal[{choices}]" if param.kind == "choice" else _TYPES[param.kind]
    line = f"    {param.name}: {kind}{' | None' if param.optional else ''}"
    if len(line) > _WIDTH + 4:
        each = "".join(f'        "{choice}",\n' for choice in param.choices)
        line = f"    {param.name}: Literal[\n{each}    ]"
    label = tr(f"params.{param.name}", language="en")
    words = f"{label} ({param.limits}). {tr(f'params.{param.name}.help', language='en')}".split()
    lines, indent = ['    """'], "    "
    for word in words:
        if len(lines[-1]) + len(word) + 4 > _WIDTH:
            lines.append(indent)
        lines[-1] += word if lines[-1].endswith(('"""', indent)) else f" {word}"
    if param.tasks:
        tasks = ", ".join(task.value for task in param.tasks)
        lines.append(f"{indent}Only: {tasks}.")
    return f"\n{line}\n" + "\n".join(lines) + '"""\n'


if __name__ == "__main__":
    from paddlex_nb.core.i18n import set_language

    set_language("en")
    FILE.write_text(source(), encoding="utf-8")
