"""Training: one loop for all tasks, and what surrounds it; it runs inside jobs."""
