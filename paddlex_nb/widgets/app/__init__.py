"""The frame of the wizard: state, steps, session, event loop, and what pages are built of."""
