"""What suites, training, evaluation and export agree on; each knows this room, none the other."""
