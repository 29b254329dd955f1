"""Data: import a data set, and see what is right and wrong with it."""
