"""One module a task: what is computed from predictions and truth."""
