"""Tests of paddlex_nb.params."""
