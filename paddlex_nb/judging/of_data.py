"""What an evaluation shows of the data: whether its figures can be trusted, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from paddlex_nb.catalogue.models import model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.wording import few
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.judging.judgement import NextStep, Remark, warning
from paddlex_nb.params.catalogue import param
from paddlex_nb.params.values import as_config

_APART = 0.2
"""So far apart, validation and test set are not of one kind, or one of them is too small."""

_WIDE = 0.2
"""Width of an interval from which on the figure is hardly known."""

_TINY = 16
"""Pixels of the input below which objects are hard to find: two cells of the finest grid (stride 8)
in which detectors look."""

_LEAST = 3
"""Objects of a class that must be missed before it is asked why."""

_MISSED = 0.3
"""Share of the objects of a class that are missed from which on it is asked why."""

_SHOWN = 3


def untrained_classes(evidence: Evidence) -> Iterator[Remark]:
    """Classes that are looked for and were never shown."""
    trained, here = evidence.trained, evidence.matrix.sum(axis=1)[: len(evidence.classes)]
    if trained is None or len(trained) != len(here):
        return
    absent = np.flatnonzero((here > 0) & (trained == 0)).tolist()
    if absent:
        names = few([evidence.classes[number] for number in absent], _SHOWN)
        why = Message("judging.untrained", {"count": len(absent), "names": names})
        step = NextStep("new_split", Message("judging.why.untrained"), absent[0])
        yield Remark(Severity.WARNING, why, (step,))


def copies(evidence: Evidence) -> Iterator[Remark]:
    """Images that the model has been trained on, nearly."""
    copied, counts = evidence.copies, evidence.counts
    if evidence.result["split"] == "train" or copied is None or not copied.any():
        return
    said: dict[str, object] = {"count": int(copied.sum()), "images": len(copied)}
    key = "judging.copies"
    if counts is not None and not copied.all():
        rest = counts.chosen(np.flatnonzero(~copied), range(counts.classes))
        values = [float(one.figures()[0]) for one in (counts, rest)]
        said |= {"metric": Message(f"metrics.{counts.overall}"), "value": f"{values[0]:.3f}"}
        said["without"] = f"{values[1]:.3f}"
        key = "judging.copies_without"
    why = Message(key, said)
    yield warning(why, ("new_split", Message("judging.why.copies")))


def apart(evidence: Evidence) -> Iterator[Remark]:
    """Validation and test set that do not agree."""
    split = str(evidence.result["split"])
    if split not in {"val", "test"}:
        return
    other = evidence.other("test" if split == "val" else "val")
    name, value = evidence.main
    there = other["metrics"].get(name) if other else None
    if other is None or there is None or value is None or abs(there - value) <= _APART:
        return
    sizes = {split: evidence.images, str(other["split"]): int(other.get("images") or 0)}
    values = {split: value, str(other["split"]): there}
    said: dict[str, object] = {"metric": Message(f"metrics.{name}")}
    said |= {name: f"{value:.2f}" for name, value in values.items()}
    why = Message(
        "judging.apart", {**said, "val_images": sizes["val"], "test_images": sizes["test"]}
    )
    yield warning(why, ("new_split", Message("judging.why.apart")))


def too_few(evidence: Evidence) -> Iterator[Remark]:
    """A figure that other images of the same kind could have made quite another one."""
    counts, interval = evidence.counts, evidence.intervals
    if counts is None or interval is None:
        return
    low, value, high = (float(x[0]) for x in (interval.low, interval.value, interval.high))
    # a handful of images that are all right or all wrong vary in no resample
    if counts.images < 10 or high - low > _WIDE:
        said = {"images": counts.images, "metric": Message(f"metrics.{counts.overall}")}
        said |= {"value": f"{value:.2f}"}
        if np.isnan(low) or high - low < 1e-9:
            yield Remark(Severity.WARNING, Message("judging.too_few", said))
        else:
            said |= {"low": f"{low:.2f}", "high": f"{high:.2f}"}
            yield Remark(Severity.WARNING, Message("judging.too_few_between", said))


def too_small(evidence: Evidence) -> Iterator[Remark]:
    """A class that is missed and that the input has hardly a pixel of."""
    missed, classes = evidence.missed, len(evidence.classes)
    count = evidence.matrix.sum(axis=1)[:classes]
    if missed is None:
        return
    known = np.isfinite(missed.input_side)
    lost = np.bincount(missed.class_id[known].astype(np.int64), minlength=classes)
    for number in np.argsort(-lost, kind="stable").tolist():
        if lost[number] < max(_LEAST, _MISSED * count[number]):
            continue
        sides = missed.input_side[known & (missed.class_id == number)]
        share = float((sides < _TINY).mean())
        if share < 0.5:
            continue
        said = {"name": evidence.classes[number], "missed": int(lost[number])}
        said |= {"count": int(count[number]), "share": f"{share:.0%}", "side": _TINY}
        size = _larger(evidence, float(np.median(sides)))
        why = Message("judging.too_small", said)
        steps = () if size is None else (_with_larger(evidence, number, size),)
        yield Remark(Severity.WARNING, why, steps)
        return


def _with_larger(evidence: Evidence, class_id: int, size: int) -> NextStep:
    times = size / as_config(evidence.record.params).input_size
    said = {"name": evidence.classes[class_id], "value": size, "times": f"{times:.1f}"}
    return NextStep("input_size", Message("judging.why.input_size", said), class_id, size)


def _larger(evidence: Evidence, median: float) -> int | None:
    """An input size in which the missed objects are no longer tiny; at most twice today's."""
    size = as_config(evidence.record.params).input_size
    wanted = size * min(2.0, _TINY / max(median, 1e-6))
    try:
        allowed = model(evidence.record.model).input_sizes
    except UserError:
        allowed = []
    if allowed:
        return min((one for one in allowed if one > size), default=None)
    spec = param("input_size")
    step = int(spec.multiple_of or 32)
    larger = int(np.ceil(wanted / step) * step)
    most = spec.maximum
    return larger if larger > size and (most is None or larger <= most) else None


def weak_class(evidence: Evidence) -> Iterator[Remark]:
    """A class that is often wrong and rarely shown."""
    trained = evidence.trained
    count = evidence.matrix.sum(axis=1)[: len(evidence.classes)]
    if trained is None or len(trained) != len(count) or not count.sum():
        return
    hits = evidence.matrix.diagonal()[: len(evidence.classes)]
    recall = np.where(count > 0, hits / np.maximum(1, count), np.nan)
    average = float(hits.sum() / count.sum())
    rare = (trained > 0) & (trained < 0.5 * np.median(trained[trained > 0], axis=None))
    weak = np.flatnonzero((recall < average - 0.1) & rare)
    if len(weak):
        worst = int(weak[np.nanargmin(recall[weak])])
        said = {"name": evidence.classes[worst], "images": int(trained[worst])}
        why = Message("judging.rare", said)
        yield Remark(Severity.INFO, why, (NextStep("label", Message("judging.why.label"), worst),))
