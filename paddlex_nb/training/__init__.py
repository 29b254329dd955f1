"""Training: one loop for all tasks, and what surrounds it.

`history`, `schedule`, `checkpoint` and `plan` are light and used by the kernel as well; the rest
runs inside jobs.
"""
