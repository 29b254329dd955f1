"""The place the program runs in: host and folders, machine, installed packages.

`environment` and `processor` look, `doctor` judges, `setup` brings what `pins` lists.
"""
