"""Data sets: read in any known format, checked, divided, described and shown.

In the order in which data flow: `source`, `formats`, `importing`, `checks`, `store`, `splitting`,
`edits`, `explore`, `images`, `thumbnails`, `writers`; `samples` are drawn by this package.
Nothing here needs Paddle or a notebook.
"""
