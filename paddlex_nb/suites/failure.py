"""What went wrong with one image, as a value: it passes between threads and processes."""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message


@dataclass(frozen=True)
class Failure:
    """Why an image cannot be had.

    An exception would stay in the thread or process that reads: Paddle's data loader never tells
    whoever waits for the batch.

    Attributes:
        message: What is wrong, and what to do.
        trace: The traceback, for the log.
    """

    message: Message
    trace: str

    @classmethod
    def from_error(cls, error: Exception, path: Path, dataset: str) -> Failure:
        """A failure to read an image or to make something of it.

        Args:
            error: What was raised.
            path: The image.
            dataset: Id of its data set.
        """
        trace = "".join(traceback.format_exception(error))
        if isinstance(error, MemoryError):
            return cls(Message("training.out_of_memory"), trace)
        if not os.path.exists(path):  # noqa: PTH110 - Path's own raises where a disk has errors
            return cls(
                Message("training.image_gone", {"path": str(path), "dataset": dataset}), trace
            )
        if isinstance(error, UserError):
            return cls(error.message, trace)
        reason = str(error).strip() or type(error).__name__
        return cls(Message("training.image_failed", {"path": str(path), "reason": reason}), trace)

    def error(self) -> UserError:
        """The failure as an error again; its traceback goes into the log."""
        print(self.trace, file=sys.stderr, flush=True)  # noqa: T201
        return UserError(self.message.key, **self.message.values)
