"""Tests of paddlex_nb.evaluation."""
