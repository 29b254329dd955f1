"""What a job reports: small typed records, one JSON line each.

Whoever has the file can draw the whole history again: after a kernel restart, in a second tab,
on another machine. Numbers of steps and epochs count from 1 and go on across a resume.
"""

from __future__ import annotations

import msgspec

from paddlex_nb.core.i18n import Message


class Event(msgspec.Struct, kw_only=True, tag_field="kind", omit_defaults=True):
    """Base of all events.

    Attributes:
        seq: Number of the event in its file, from 1, without gaps.
        time: Seconds since the epoch.
    """

    seq: int = 0
    time: float = 0.0


class Started(Event, tag="started"):
    """The job's work begins (it has waited for its turn)."""


class Progress(Event, tag="progress"):
    """The progress of one stage of a job.

    Attributes:
        stage: Catalogue key ends: the text is ``jobs.stage.<stage>``.
        done: Units done.
        total: Units in all, if known.
        unit: ``images``, ``bytes``, ``steps`` or empty.
    """

    stage: str
    done: int
    total: int | None = None
    unit: str = ""


class Step(Event, tag="step"):
    """Training steps since the last such event, averaged.

    Attributes:
        epoch: Current epoch.
        step: Global step (batches seen since the first epoch).
        steps: Global steps of the whole run.
        loss: Mean loss.
        learning_rate: At this step.
        rate: Images per second, waiting for data included.
        losses: Named parts of the loss, where the model has several.
        waiting: Share of the time that was spent waiting for data, 0 to 1; None if unknown, as in
            runs of a former version.
        cpu: Share of the machine's processors that were busy, 0 to 1, whoever used them. This and
            what follows is told once in some seconds, and else None.
        memory: Share of the machine's (or container's) memory in use.
        gpu: Share of the time that the GPU was busy.
        gpu_memory: Share of the GPU's memory in use.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    learning_rate: float
    rate: float
    losses: dict[str, float] = {}
    waiting: float | None = None
    cpu: float | None = None
    memory: float | None = None
    gpu: float | None = None
    gpu_memory: float | None = None


class Epoch(Event, tag="epoch"):
    """An epoch has ended and, unless ``metrics`` is empty, was evaluated on the validation split.

    Attributes:
        epoch: Number of the epoch that ended.
        epochs: Epochs the run is planned for.
        step: Global step.
        loss: Mean training loss of the epoch.
        metrics: Validation metrics by name, fractions in 0..1 (``loss`` in its own unit); None
            where undefined.
        best: Whether its weights are kept as the best so far.
        seconds: Duration of the epoch, evaluation included.
        memory: Most bytes of memory that the trainer has taken so far, processes that load images
            included; 0 if unknown, as in runs of a former version.
    """

    epoch: int
    epochs: int
    step: int
    loss: float
    metrics: dict[str, float | None] = {}
    best: bool = False
    seconds: float = 0.0
    memory: int = 0


class Checkpoint(Event, tag="checkpoint"):
    """A checkpoint is safely on disk.

    Attributes:
        epoch: Last whole epoch in it.
        step: Global step.
        name: Folder below the run's ``checkpoints``.
    """

    epoch: int
    step: int
    name: str


class Resumed(Event, tag="resumed"):
    """Training goes on from a checkpoint: what was reported beyond ``step`` no longer counts."""

    epoch: int
    step: int


class Notice(Event, tag="notice"):
    """Something the user should know; ``severity`` is info, warning or error."""

    message: Message
    severity: str = "info"


class Ended(Event, tag="ended"):
    """The last event of a job that came to an end by itself."""

    state: str
    error: Message | None = None


AnyEvent = Started | Progress | Step | Epoch | Checkpoint | Resumed | Notice | Ended
