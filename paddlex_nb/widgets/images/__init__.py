"""Images with their labels or predictions drawn over them, for every task."""
