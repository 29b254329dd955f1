"""The wizard: what is drawn in the notebook.

`state` holds what the wizard knows (no ipywidgets), `pump` is the one thread that changes state
and widgets, `wizard` is the frame, `pages` has one file a step, `parts` the pictures (grid,
chart, matrix) and `toolkit` the small pieces the pages are built of.
"""
