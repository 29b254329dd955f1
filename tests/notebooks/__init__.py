"""Tests of the notebooks that come with the package."""
