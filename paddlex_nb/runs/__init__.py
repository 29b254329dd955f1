"""What lies in a run's folder: its record, its checkpoints, the history of its training."""
