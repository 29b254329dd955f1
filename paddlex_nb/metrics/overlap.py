"""How much two boxes or masks must overlap to mean the same object."""

from __future__ import annotations

MATCH_IOU = 0.5
"""Least overlap (IoU) of a prediction with the object that it is taken for, as in the confusion
matrix, unless the user says otherwise; and of two boxes that mean the same object."""
