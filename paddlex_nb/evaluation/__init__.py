"""How good a model is: metrics, and the jobs that evaluate and predict."""
