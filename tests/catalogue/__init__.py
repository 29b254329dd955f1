"""Tests of paddlex_nb.catalogue."""
