"""Small pictures of images for grids, made when asked for or ahead of time, and kept on disk."""
