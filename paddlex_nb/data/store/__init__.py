"""A data set as it lies in the workspace: its index, record, versions, split and label maps."""
