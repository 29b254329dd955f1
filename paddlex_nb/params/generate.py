"""Writes the types of the parameters from their catalogue.

To be run after every change of it, or of its English texts:
``python -m paddlex_nb.params.generate``.

A type checker reads no catalogue: what it is to know stands in a module, and a test holds the
module to the catalogue.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from paddlex_nb.core.i18n import set_language, tr
from paddlex_nb.params.catalogue import PARAMS
from paddlex_nb.params.spec import Param

_HEAD = '''"""A run's parameters in their types.

Written by ``python -m paddlex_nb.params.generate``, not by hand.
"""

from __future__ import annotations

from typing import Literal

import msgspec
'''

_CONFIG = '''

class TrainingConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The value of every parameter; see `paddlex_nb.params.catalogue` for what each means."""

'''

_PARAMS_HEAD = '''"""A run's parameters as keyword arguments.

Written by ``python -m paddlex_nb.params.generate``, not by hand.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from paddlex_nb.params.config import {choices}


class TrainingParams(TypedDict, total=False):
    """Parameters of a training by name; those that are left out are recommended.

    ``Workspace.train`` and ``Dataset.preview_augmentation`` take them as keyword arguments. None
    means that the parameter is off, or chosen automatically.
    """
'''

_TYPES = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "int_list": "tuple[int, ...]",
    "choice": "str",
}


def choices_name(spec: Param) -> str:
    """Name of the type of a choice: ``LrPolicy`` for ``lr_policy``."""
    return "".join(part.capitalize() for part in spec.name.split("_"))


def _closed(spec: Param) -> bool:
    """Whether it is a choice among what is known before there is a data set."""
    return spec.kind == "choice" and not spec.open


def annotation(spec: Param) -> str:
    """The type of a parameter's value, as it is written in Python."""
    kind = choices_name(spec) if _closed(spec) else _TYPES[spec.kind]
    return f"{kind} | None" if spec.optional else kind


def config_module(specs: Sequence[Param] = PARAMS) -> str:
    """The text of ``params/config.py``."""
    choices = [spec for spec in specs if _closed(spec)]
    types = [f"{choices_name(s)} = Literal[{', '.join(map(_quoted, s.choices))}]" for s in choices]
    fields = [f"    {s.name}: {annotation(s)} = {_default(s)}" for s in specs]
    return "\n".join([_HEAD, *types]) + "\n" + _CONFIG + "\n".join(fields) + "\n"


def params_module(specs: Sequence[Param] = PARAMS) -> str:
    """The text of ``params/typed.py``."""
    choice_names = ", ".join(sorted(choices_name(spec) for spec in specs if _closed(spec)))
    return _PARAMS_HEAD.format(choices=choice_names) + "".join(map(_field, specs))


def _field(spec: Param) -> str:
    """An attribute of the `TypedDict`: what is allowed, and what it does."""
    kind = annotation(spec).replace("tuple[int, ...]", "list[int]")
    help_text = tr(f"params.{spec.name}.help", language="en")
    words = f"{tr(f'params.{spec.name}', language='en')} ({spec.limits}). {help_text}".split()
    if spec.tasks:
        words += f"Only: {', '.join(task.value for task in spec.tasks)}.".split()
    text = textwrap.fill(" ".join(words), 92, initial_indent='"""', break_on_hyphens=False)
    return f'\n    {spec.name}: {kind}\n{textwrap.indent(text, "    ")}"""\n'


def _default(spec: Param) -> str:
    if isinstance(spec.default, list):
        return repr(tuple(spec.default))
    if spec.kind == "float" and isinstance(spec.default, (int, float)):
        return repr(float(spec.default))
    return _quoted(spec.default) if isinstance(spec.default, str) else repr(spec.default)


def _quoted(text: str) -> str:
    return f'"{text}"'


if __name__ == "__main__":
    set_language("en")
    Path(__file__).with_name("config.py").write_text(config_module(), encoding="utf-8")
    Path(__file__).with_name("typed.py").write_text(params_module(), encoding="utf-8")
