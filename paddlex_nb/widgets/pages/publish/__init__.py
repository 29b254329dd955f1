"""Publish: the model exported for other programs."""
