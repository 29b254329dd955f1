"""Tests of paddlex_nb.models."""
