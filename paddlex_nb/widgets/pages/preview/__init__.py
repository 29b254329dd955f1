"""Preview: the images with their labels, as the model will see them."""
