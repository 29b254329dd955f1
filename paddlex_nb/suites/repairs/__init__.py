"""Repairs of Paddle and its suites from outside; one file each, with reason and versions."""

from __future__ import annotations

from paddlex_nb.suites.repairs.depthwise import quick_depthwise

__all__ = ["quick_depthwise"]
