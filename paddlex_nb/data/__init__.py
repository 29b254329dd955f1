"""Data sets: reading them in any known format, checking, dividing, describing and showing them.

`job` is the import as a whole; `tree`, `archives` and `formats` read, `checks` judges, `index`
keeps what was found in columns, `split`, `statistics` and `thumbnails` work on that index alone.
Nothing here needs Paddle or a notebook.
"""
