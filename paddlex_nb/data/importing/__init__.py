"""From a folder or archive to a data set of the workspace, and up to date again later.

`pipeline` is what importing and checking have in common: detect the format, read, check.
"""
