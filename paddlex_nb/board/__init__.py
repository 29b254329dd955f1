"""What VisualDL shows of a run besides its curves, drawn by a process beside its server.

The trainer writes curves and parameters (`training/vdl.py`); pictures and graphs cost time that it
should not spend, and are there for old runs too.
"""
