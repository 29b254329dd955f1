"""Split: which images train the model, which validate it, which test it."""
