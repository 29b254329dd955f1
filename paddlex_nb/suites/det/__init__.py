"""Detection and instance segmentation with paddledet."""

from __future__ import annotations

from paddlex_nb.suites.det.detection import DetectionAdapter as SuiteAdapter

__all__ = ["SuiteAdapter"]
