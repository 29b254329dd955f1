"""Models for use elsewhere, with the proof that they compute the same."""
