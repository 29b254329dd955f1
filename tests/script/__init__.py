"""Tests of the room that tells a run as code."""
