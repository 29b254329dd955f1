"""What of a run's parameters is a choice, and what follows from data, machine and choices."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from paddlex_nb.params.spec import Value
from paddlex_nb.planning.plan import basis


def choices_of(
    folder: Path,
    model: str,
    weights: str,
    params: Mapping[str, Value],
    recommended: Collection[str],
) -> dict[str, Value]:
    """The overrides that give a run's parameters again, on this machine and with today's data.

    Args:
        folder: Folder of the data set.
        model: Name of the model.
        weights: Starting weights.
        params: All parameters of the run.
        recommended: Names of those that were recommended when it began.

    Returns:
        What the user chose then, and what would be recommended differently today.

    Raises:
        UserError: The model or its weights are gone.
    """
    known = basis(folder, model, weights)
    taken, _ = known.resolve({})
    chosen = {n: v for n, v in params.items() if n in taken and n not in recommended}
    today, _ = known.resolve(chosen)
    others = {n: v for n, v in params.items() if n in today and today[n] != v}
    return {**chosen, **others}


def recommended_beside(
    folder: Path, model: str | None, weights: str, overrides: Mapping[str, Value]
) -> dict[str, Value]:
    """What is recommended for each parameter, if the user's other choices stay.

    A value that follows from a choice (the warm-up of 5 epochs) is the recommendation then.

    Raises:
        UserError: The choices do not fit each other.
    """
    known = basis(folder, model, weights)
    advised = dict(known.resolve(overrides)[0])
    for name in overrides:
        others = {other: value for other, value in overrides.items() if other != name}
        advised[name] = known.resolve(others)[0][name]
    return advised
