"""Tests of paddlex_nb.suites."""
