"""How things show themselves: tables as text and as HTML, the progress of a training."""
