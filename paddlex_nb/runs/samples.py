"""What a run in training predicted for a few fixed images: kept small, a file an epoch; light."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import open_whole
from paddlex_nb.layout.run import RunFolder

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 24
"""Epochs that are kept at most: of more, every second one, every fourth, ...; of late, more."""

MOST_BYTES = 16 << 20
"""Bytes that all of them may take; beyond, they are thinned likewise."""

_LARGEST = 4 * MOST_BYTES
"""Bytes of a file that is read: no size is believed."""


def keep_samples(folder: Path, epoch: int, table: pa.Table) -> None:
    """Keep the predictions after an epoch, and thin out older ones.

    Args:
        folder: The run's folder.
        epoch: Number of the epoch.
        table: A metric's table of the images (`Metric.table`).

    Raises:
        UserError: The disk is full or refuses.
        OSError: Older ones cannot be deleted.
    """
    import pyarrow as pa

    run = RunFolder(folder)
    with (
        open_whole(run.sample(epoch)) as file,
        pa.ipc.new_file(
            file, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")
        ) as writer,
    ):
        writer.write_table(table)
    sizes = {kept: run.sample(kept).stat().st_size for kept in run.sample_epochs}
    for old in set(sizes) - set(thinned(list(sizes), list(sizes.values()))):
        run.sample(old).unlink(missing_ok=True)


def thinned(epochs: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Which epochs are kept: spread over the whole training, the newest among them.

    Args:
        epochs: Those that there are, rising.
        sizes: Bytes of each.
    """
    kept, every = list(epochs), 1
    by_epoch = dict(zip(epochs, sizes, strict=True))
    while len(kept) > 1 and (
        len(kept) > MOST or sum(by_epoch[epoch] for epoch in kept) > MOST_BYTES
    ):
        every *= 2
        kept = [epoch for epoch in epochs[:-1] if epoch % every == 0] + [epochs[-1]]
    return kept


def forget_after(folder: Path, epoch: int) -> None:
    """Delete what a training that goes on from an epoch will predict again.

    Raises:
        OSError: The disk refuses.
    """
    run = RunFolder(folder)
    for later in run.sample_epochs:
        if later > epoch:
            run.sample(later).unlink(missing_ok=True)


def read_samples(folder: Path, epoch: int) -> pa.Table:
    """The predictions after an epoch, one row an image; as of `Metric.table`.

    Raises:
        UserError: There are none, or their file is damaged.
    """
    import pyarrow as pa

    path = RunFolder(folder).sample(epoch)
    try:
        if path.stat().st_size > _LARGEST:
            raise UserError("core.file_damaged", path=path, reason=f"> {_LARGEST:,} B")
        return pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()
    except FileNotFoundError as error:
        raise UserError("core.file_missing", path=path) from error
    except (OSError, pa.ArrowException) as error:
        raise UserError("core.file_damaged", path=path, reason=str(error)) from error
