"""Decoding images that may be anything, whole or at a fraction of their size."""
