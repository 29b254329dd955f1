"""The catalogue of models: data, not code."""
