"""Parameters of a training run: what they are, what is recommended, what fits together.

Light: no Paddle, so that the wizard and the command line can use all of it.
"""
