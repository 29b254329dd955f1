"""The wizard: what is drawn in the notebook.

`wizard` puts it together from `app` (frame, state, event loop), `pages` (a folder a step),
`browse` (looking through a data set), `images` (labels drawn over pictures) and `parts` (grid,
chart and matrix, whose front end is in `frontend`).
"""
