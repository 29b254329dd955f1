"""Parameters of a training run: each typed once, for form, command line, check and record.

Light: no Paddle, so that the wizard and the command line can use all of it.
"""
