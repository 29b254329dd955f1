"""Repairs of Paddle and its suites from outside; one file each, with reason and versions."""

from __future__ import annotations

from paddlex_nb.repairs.adaptive_pooling import exact_adaptive_pooling
from paddlex_nb.repairs.depthwise import quick_depthwise
from paddlex_nb.repairs.scalar_concat import scalar_concat
from paddlex_nb.repairs.static_nms import static_nms

__all__ = ["exact_adaptive_pooling", "quick_depthwise", "scalar_concat", "static_nms"]
