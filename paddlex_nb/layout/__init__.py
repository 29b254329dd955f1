"""Which file of a workspace is where; every name on disk is written here and nowhere else.

A folder object is a path with names: it holds nothing and need not exist. `workspace`
holds the folders of the workspace itself, `item` what data sets and runs have in common, and
there is a module each for a data set, a run, a job and a saved model.
"""
