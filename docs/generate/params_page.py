"""Every parameter of a training: meaning, limits, default."""

from __future__ import annotations

from itertools import groupby

from markup import code, plain
from words import word

from paddlex_nb.core.i18n import has, tr
from paddlex_nb.params.catalogue import PARAMS
from paddlex_nb.params.spec import Param
from paddlex_nb.results.recommendation import value_text


def page() -> str:
    """All parameters, by the parts of the form."""
    parts = []
    for group, specs in groupby(sorted(PARAMS, key=_place), key=lambda spec: spec.group):
        parts += [f"## {tr(f'params.group.{group}')}", *map(_section, specs)]
    return "\n\n".join(parts)


def _place(spec: Param) -> int:
    return ["model", "training", "optimisation"].index(spec.group)


def _section(spec: Param) -> str:
    unit = word("unit").format(unit=tr(f"params.unit.{spec.unit}")) if spec.unit else ""
    more = f"params.{spec.name}.more"
    facts = [
        _fact(tr("display.param.limits"), plain(spec.limits) + unit),
        _fact(tr("display.param.default"), plain(value_text(spec.default))),
    ]
    if spec.tasks:
        tasks = word("comma").join(tr(f"data.task.{task}") for task in spec.tasks)
        facts.append(_fact(word("tasks"), tasks))
    facts += [
        _fact(code(choice), plain(tr(f"params.{spec.name}.{choice}")))
        for choice in spec.choices
        if has(f"params.{spec.name}.{choice}")
    ]
    text = [f"### {code(spec.name)} {plain(spec.label)}", plain(spec.help)]
    if has(more):
        text.append(plain(tr(more)))
    return "\n\n".join([*text, "\n".join(facts)])


def _fact(name: str, value: str) -> str:
    return f"- {name}{word('colon')}{value}"
