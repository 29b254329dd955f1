"""Dividing a data set into train, val and test: stratified, in groups, in folds, by hand."""
