"""Try it: the model's predictions for images from anywhere."""
