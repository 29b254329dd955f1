"""How metrics are called on screen, and what they mean."""

from __future__ import annotations

from paddlex_nb.core.i18n import has, tr
from paddlex_nb.params.metric_choices import of_class


def metric_label(name: str) -> str:
    """The metric's short name on screen, also that of a class; an unknown one stays as it is."""
    metric, class_name = of_class(name)
    label = tr(f"metrics.{metric}") if has(f"metrics.{metric}") else metric
    return tr("metrics.of_class", metric=label, name=class_name) if class_name else label


def metric_definition(name: str) -> str:
    """One or two sentences saying what the metric means, or an empty text."""
    return tr(f"metrics.{name}.definition") if has(f"metrics.{name}.definition") else ""
