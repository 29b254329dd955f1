"""Fixtures of this room's tests."""

from training.fixtures import bench

__all__ = ["bench"]
