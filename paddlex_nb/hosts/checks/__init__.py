"""The doctor's checks: each yields the problems it finds."""
