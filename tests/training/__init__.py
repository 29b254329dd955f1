"""Tests of paddlex_nb.training."""
