"""What is recommended for data and machine: model, parameters, and the reason for each.

`plan` is the whole; `facts` says what is known of the data, `defaults` what is usual for a task,
`recommend` fits it, `resolve` puts the user's choices over it and `validate` checks the outcome.
`remedies` says what to change after a training that failed. Nothing here imports Paddle.
"""
