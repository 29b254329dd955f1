"""Weight files: found, downloaded, read without executing anything, matched to a model."""
