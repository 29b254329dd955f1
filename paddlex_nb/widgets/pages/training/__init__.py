"""Training: watch it, stop it, resume it, and what can be done when it failed."""
