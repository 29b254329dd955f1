"""Every parameter that a run can have, a file for each part of the form."""
