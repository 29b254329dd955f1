"""A user's folder or archive: its files, their text, and what is reported of them."""
