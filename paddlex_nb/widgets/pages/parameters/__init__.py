"""Parameters: which model, and how it is trained."""
