"""The page of runs: the list, and what can be done with one or several."""
