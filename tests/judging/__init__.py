"""Tests of what evaluations mean."""
