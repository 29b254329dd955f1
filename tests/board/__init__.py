"""Tests of what VisualDL is given beside a training."""
