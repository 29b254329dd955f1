"""Which tensors of a weight file belong to which of a model's.

Same architecture, same names: easy. Files from elsewhere name the tensors differently; they are
taken only if, layer by layer in the order of the network, everything but the last layers has the
same shape. A guess that leaves gaps would train, but on noise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.runs.checkpoint import Arrays

Shapes = Mapping[str, Sequence[int]]
"""Shapes by name, in the order of the network."""

Converter: TypeAlias = "Callable[[Shapes, Arrays], Arrays | None]"
"""Renames (and completes) the tensors of a known foreign form; None if it does not know them."""

_ENOUGH = 0.5
"""Share of the model's tensors that must fit."""

_ENOUGH_OF_PART = 0.95
"""Share of a part's tensors that must fit, where the weights are for a part of the model."""

_ROLES = {
    "running_mean": "_mean",
    "running_var": "_variance",
    "gamma": "weight",
    "beta": "bias",
}
_ORDER = ("weight", "bias", "_mean", "_variance")
_NO_WEIGHT = {"num_batches_tracked", "StructuredToParameterName@@"}


class Match(msgspec.Struct):
    """Which arrays of a weight file fit a model.

    Attributes:
        weights: Arrays by the model's names.
        missing: The model's tensors that keep their random start (usually the classifier).
        total: Number of the model's tensors.
        how: ``names``, ``converted`` or ``order``.
    """

    weights: dict[str, Any]
    missing: list[str]
    total: int
    how: str


def match(
    target: Shapes, source: Arrays, converters: Sequence[Converter] = (), part: str = ""
) -> Match:
    """Find out which arrays fit a model.

    Args:
        target: The model's tensors.
        source: The file's arrays, in the file's order.
        converters: Known foreign forms of this suite's models.
        part: The part of the model that the file is for, such as ``backbone``; empty for all.

    Raises:
        UserError: Less than half of the model's tensors would be set, or not nearly all of the
            part's.
    """
    source = {k: v for k, v in source.items() if k.rpartition(".")[2] not in _NO_WEIGHT}
    if part:
        return _of_part(target, source, f"{part}.")
    best = _by_name(target, source, "names")
    for convert in converters:
        converted = convert(target, source)
        if converted is not None:
            best = max(best, _by_name(target, converted, "converted"), key=_fitting)
    if _fitting(best) < _ENOUGH * len(target):
        best = max(best, _by_order(target, source), key=_fitting)
    if _fitting(best) < _ENOUGH * len(target):
        raise UserError("training.weights_do_not_fit", fitting=_fitting(best), total=len(target))
    return best


def _of_part(target: Shapes, source: Arrays, prefix: str) -> Match:
    """A part's tensors from the file of a whole model that has it, or of the part alone."""
    wanted = {name: shape for name, shape in target.items() if name.startswith(prefix)}
    if not any(name.startswith(prefix) for name in source):
        source = {prefix + name: array for name, array in source.items()}
    found = _by_name(wanted, source, "names")
    if _fitting(found) < _ENOUGH_OF_PART * len(wanted):
        raise UserError("training.weights_do_not_fit", fitting=_fitting(found), total=len(wanted))
    missing = [name for name in target if name not in found.weights]
    return Match(found.weights, missing, len(target), found.how)


def _fitting(match: Match) -> int:
    return len(match.weights)


def _by_name(target: Shapes, source: Arrays, how: str) -> Match:
    weights = {
        name: source[name]
        for name, shape in target.items()
        if name in source and tuple(source[name].shape) == tuple(shape)
    }
    return Match(weights, [n for n in target if n not in weights], len(target), how)


def _by_order(target: Shapes, source: Arrays) -> Match:
    ours, theirs = _layers(target), _layers({k: v.shape for k, v in source.items()})
    pairs: list[tuple[str, str]] = []
    fitting = 0
    for own, foreign in zip(ours, theirs, strict=False):
        if [role for role, _ in own] != [role for role, _ in foreign]:
            break
        names = [(o, f) for (_, o), (_, f) in zip(own, foreign, strict=True)]
        if any(tuple(target[o]) != tuple(source[f].shape) for o, f in names):
            break
        pairs += names
        fitting += 1
    # only the head may differ: of the layers at the end, whose number must be the same
    if len(ours) != len(theirs) or len(ours) - fitting > 1:
        pairs = []
    weights = {own: source[foreign] for own, foreign in pairs}
    return Match(weights, [n for n in target if n not in weights], len(target), "order")


def _layers(shapes: Shapes) -> list[list[tuple[str, str]]]:
    """Tensors by layer, in order: (role, name), the roles in a fixed order."""
    layers: dict[str, list[tuple[str, str]]] = {}
    for name in shapes:
        layer, _, role = name.rpartition(".")
        layers.setdefault(layer, []).append((_ROLES.get(role, role), name))
    return [sorted(roles, key=lambda r: (_rank(r[0]), r[0])) for roles in layers.values()]


def _rank(role: str) -> int:
    return _ORDER.index(role) if role in _ORDER else len(_ORDER)
