"""What a user does to get a model: see what is recommended, train it, compare runs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, cast, overload

import msgspec
from typing_extensions import Unpack

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.core.names import new_folder, removed_on_failure, shown_name
from paddlex_nb.data.store.record_file import ready_record
from paddlex_nb.dataset import Dataset
from paddlex_nb.hosts.environment import host_name, user_name
from paddlex_nb.jobs.devices import devices_for
from paddlex_nb.jobs.launch import launch
from paddlex_nb.jobs.on_end import as_on_end
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.spec import Value
from paddlex_nb.params.typed import TrainingParams
from paddlex_nb.run import Run, TrainingJob
from paddlex_nb.runs.record import RunRecord, checked_note, checked_tags
from paddlex_nb.version import __version__
from paddlex_nb.weights.starting import AUTO
from paddlex_nb.workspace.contents import Contents

if TYPE_CHECKING:
    from paddlex_nb.comparison import Comparison
    from paddlex_nb.results.recommendation import Recommendation


class TrainingVerbs(Contents):
    """New runs."""

    def recommend(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = AUTO,
        **params: Unpack[TrainingParams],
    ) -> Recommendation:
        """What `train` would train: every parameter, and why; starts nothing.

        Args:
            dataset: The data set or its id.
            model: A name of the catalogue; by default the one recommended for the data.
            weights: Starting weights, as `train` takes them.
            **params: Parameters by name; the others are recommended to suit them.

        Raises:
            UserError: The model or a parameter is unknown or does not fit.
        """
        from paddlex_nb.data.store.split_file import read_splits
        from paddlex_nb.params.catalogue import params as params_of
        from paddlex_nb.planning.cost import cost
        from paddlex_nb.planning.plan import plan
        from paddlex_nb.results.recommendation import Recommendation
        from paddlex_nb.runs.estimate import patterns

        source = self.dataset(dataset) if isinstance(dataset, str) else dataset
        chosen = cast(Mapping[str, Value], params)
        planned = plan(source.folder, model, weights=weights, overrides=chosen)
        folders = (run.folder for run in self.runs())
        known = patterns(folders, planned.model.name, host_name())
        images = len(read_splits(source.folder).train)
        taken = cost(known, planned.model, planned.params, images)
        return Recommendation(planned, params_of(planned.model.task), taken)

    @overload
    def train(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = AUTO,
        name: str | None = None,
        note: str = "",
        tags: Iterable[str] = (),
        based_on: str = "",
        on_end: str | Sequence[str] | None = None,
        wait: Literal[True] = True,
        progress: bool = True,
        **params: Unpack[TrainingParams],
    ) -> Run: ...
    @overload
    def train(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = AUTO,
        name: str | None = None,
        note: str = "",
        tags: Iterable[str] = (),
        based_on: str = "",
        on_end: str | Sequence[str] | None = None,
        wait: Literal[False],
        progress: bool = True,
        **params: Unpack[TrainingParams],
    ) -> TrainingJob: ...

    def train(
        self,
        dataset: Dataset | str,
        model: str | None = None,
        *,
        weights: str = AUTO,
        name: str | None = None,
        note: str = "",
        tags: Iterable[str] = (),
        based_on: str = "",
        on_end: str | Sequence[str] | None = None,
        wait: bool = True,
        progress: bool = True,
        **params: Unpack[TrainingParams],
    ) -> Run | TrainingJob:
        """Train a model.

        Args:
            dataset: The data set or its id.
            model: A name of the catalogue; by default the one recommended for the data.
            weights: Starting weights: ``auto`` for published ones where they are here or can be
                downloaded and else random ones, ``none`` for random ones, the name of published
                ones (see `paddlex_nb.list_models`), the path of a file, ``run:<id>`` or
                ``saved:<name>``.
            name: What to call the run.
            note: What to remember about it (see `Run.annotate`).
            tags: Words to find it by.
            based_on: Id of the run that it is to be compared with, as its record says.
            on_end: What to do when the training has ended, in a process of its own: a command
                (one text, or program and arguments; no shell) that gets the outcome as JSON on
                its standard input, or ``https://…`` to POST it to. It is done once, if the process
                is killed too, and not again after a resume; not if the machine is restarted, since
                it is not kept in the workspace.
            wait: Wait for the end of the training; else its job is given at once, and its ``run``
                is what comes of it.
            progress: Show epoch, loss, main metric and time left while waiting, in a notebook with
                the curves.
            **params: Parameters by name (see `TrainingParams`); the others are recommended for
                data and machine.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the training goes on.
            UserError: The model or a parameter is unknown or does not fit, the images are not
                there, or the training failed or was stopped; says why.
        """
        from paddlex_nb.data.store.changes.settle import changing
        from paddlex_nb.data.store.split_file import read_splits
        from paddlex_nb.planning.plan import plan

        source = self.dataset(dataset) if isinstance(dataset, str) else dataset
        dataset_record = ready_record(source.folder)
        if (root := source.away()) is not None:  # before a run is made that could only fail
            raise UserError("data.away", name=dataset_record.name, path=root)
        said, words = checked_note(note), checked_tags(tags)
        then = None if on_end is None else as_on_end(on_end)
        planned = plan(
            source.folder, model, weights=weights, overrides=cast(Mapping[str, Value], params)
        )
        folder = new_folder(self._runs, name or f"{planned.model.name}-{source.id}")
        with removed_on_failure(folder):
            # the run keeps the split it was made with: a later one must not mix what it has
            # seen; nor may its version be swept away before the run names it
            with changing(source.folder) as of:
                record = RunRecord(
                    id=folder.name,
                    name=shown_name(name) if name else folder.name,
                    note=said,
                    tags=words,
                    based_on=based_on,
                    dataset_version=of.version,
                    user=user_name(),
                    host=host_name(),
                    dataset=source.id,
                    task=of.task,
                    model=planned.model.name,
                    classes=of.classes,
                    weights=planned.weights,
                    weights_reason=None if planned.chosen is None else planned.chosen.reason,
                    params=planned.params,
                    reasons=planned.reasons,
                    created=time.time(),
                    version=__version__,
                    tiles=of.tiles,
                )
                splits = msgspec.structs.replace(read_splits(source.folder), version=of.version)
                write_json(RunFolder(folder).splits, splits)
            write_json(RunFolder(folder).record, record)
            devices = devices_for(record.params)
            job = TrainingJob(launch(folder, "train", {}, devices=devices, on_end=then).folder)
        return job.finish(progress=progress) if wait else job

    def compare(
        self, runs: Iterable[Run | str], *, split: str = "val", checkpoint: str = "best"
    ) -> Comparison:
        """Two to twenty runs side by side: parameters, curves, and metrics on the same images.

        Args:
            runs: The runs or their ids; the first is what the others are held against.
            split: Of which split evaluations are compared; those of `Run.evaluate`.
            checkpoint: Of which checkpoint: ``best``, ``last`` or the number of an epoch.

        Returns:
            A comparison that shows itself; ``to_pandas()``, ``plot()`` and ``differences`` give
            its parts.

        Raises:
            UserError: There is no such run, split or checkpoint, or not two to twenty different
                runs.
        """
        from paddlex_nb.comparison import MOST, Comparison
        from paddlex_nb.evaluation.split import check_split

        check_split(split)
        chosen = [self.run(one) if isinstance(one, str) else one for one in runs]
        different = list(dict.fromkeys(chosen))
        if len(different) == 1 < len(chosen):
            raise UserError("display.compare.same_run", run=different[0].record.name)
        if not 2 <= len(different) <= MOST:
            raise UserError("display.compare.how_many", count=len(different), limit=MOST)
        return Comparison(different, split, checkpoint)
