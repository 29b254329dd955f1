"""Faults between any two steps of a job, and what must hold afterwards."""
