"""How metrics are called on screen, and what they mean."""

from __future__ import annotations

from paddlex_nb.core.i18n import has, tr


def metric_label(name: str) -> str:
    """The metric's short name on screen; an unknown one is shown as it is."""
    return tr(f"metrics.{name}") if has(f"metrics.{name}") else name


def metric_definition(name: str) -> str:
    """One or two sentences saying what the metric means, or an empty text."""
    return tr(f"metrics.{name}.definition") if has(f"metrics.{name}.definition") else ""
