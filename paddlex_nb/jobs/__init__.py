"""Jobs: everything long runs in a detached process that writes events into its own folder.

`events` says what a job may report, `job` is a job seen from outside (status, stop, follow),
`launch` starts one, `worker` is the process itself and `context` what its work talks to.
`identity` and `heartbeat` tell whether a job's process still runs, `ending` sees to the end of one
that was asked to stop, `listing` finds the jobs of a whole workspace.
"""
