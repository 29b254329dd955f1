"""Detection and instance segmentation with paddledet."""
