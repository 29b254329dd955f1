"""Labels that are likely wrong, by what a model predicts; computed without Paddle."""
