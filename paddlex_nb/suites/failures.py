"""What Paddle says when it fails, in words that help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from paddlex_nb.core.errors import UserError

_KNOWN = (
    (
        re.compile(r"ResourceExhausted|out of memory|bad_alloc|cannot allocate|Alloc.*fail", re.I),
        "training.out_of_memory",
    ),
    (
        re.compile(r"DataLoader.*(exited|killed|unexpected)|DataLoader reader thread", re.I),
        "training.loader_died",
    ),
    (re.compile(r"bus error|shared memory|/dev/shm", re.I), "training.shared_memory"),
    (re.compile(r"CUDA error|cudnn|cublas", re.I), "training.gpu_failed"),
)


@contextmanager
def in_words() -> Iterator[None]:
    """Turn known failures of Paddle and its data loader into sentences with a remedy.

    Raises:
        UserError: Instead of what was recognised; everything else goes through as it is.
    """
    try:
        yield
    except MemoryError as error:  # Paddle's own too, which carries a text
        raise UserError("training.out_of_memory") from error
    except (RuntimeError, SystemError, OSError, ValueError) as error:
        for pattern, key in _KNOWN:
            if pattern.search(str(error)):
                raise UserError(key) from error
        raise
