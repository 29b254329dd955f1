"""``python -m paddlex_nb`` is ``paddlex-nb``."""

import sys

from paddlex_nb.cli import main

sys.exit(main())
