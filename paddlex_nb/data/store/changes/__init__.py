"""What changes are, what they do to labels, and the journal of those that no version holds yet."""
