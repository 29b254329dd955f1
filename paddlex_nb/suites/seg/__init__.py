"""Semantic segmentation with paddleseg's architectures."""

from __future__ import annotations

from paddlex_nb.suites.seg.segmentation import SegmentationAdapter

SuiteAdapter = SegmentationAdapter

__all__ = ["SegmentationAdapter", "SuiteAdapter"]
