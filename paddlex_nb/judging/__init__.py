"""What an evaluation means: how good the model is in words, how sure that is, what to do next."""
