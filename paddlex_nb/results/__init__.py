"""What evaluations, predictions, exports and updates give: typed, and as plain JSON."""
