"""What everything stands on: errors and texts for the user, files, locks, names, tasks."""
