"""What commands answer with ``--json``: a type each, of which their JSON Schemas are made.

A field that is not named here is a mistake: schemas are closed, and tests hold every answer
against its own. A change that could break who reads an answer (a field that goes, or changes its
type, or is required no more) raises `VERSION`; ``python -m paddlex_nb.cli.answers.digests`` writes
down that this was meant.
"""

from __future__ import annotations

VERSION = 1
"""Version of all schemas."""
