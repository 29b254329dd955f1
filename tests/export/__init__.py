"""Tests of paddlex_nb.export."""
