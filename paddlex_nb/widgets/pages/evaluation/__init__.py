"""Evaluation: how good the model is, class by class and image by image."""
