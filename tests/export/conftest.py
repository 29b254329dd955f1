"""Fixtures of this room's tests."""

from training.fixtures import bench, trained

__all__ = ["bench", "trained"]
