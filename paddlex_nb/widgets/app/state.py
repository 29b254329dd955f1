"""What the wizard knows; no widget in sight, so that it can be tested without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from traitlets import Bool, Dict, HasTraits, Instance, Int, List, Set, Unicode, UseEnum

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, language
from paddlex_nb.core.task import Task
from paddlex_nb.data.explore.query import Query
from paddlex_nb.dataset import Dataset
from paddlex_nb.item import Item
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.run import Run
from paddlex_nb.runs.record import RunRecord
from paddlex_nb.weights.starting import AUTO
from paddlex_nb.widgets.app.ambiguous import AmbiguousSource
from paddlex_nb.widgets.app.disk_meter import DiskMeter
from paddlex_nb.widgets.app.recent import Recent
from paddlex_nb.widgets.app.session import Session, last_session, save_session
from paddlex_nb.widgets.app.steps import Step, closed_because
from paddlex_nb.workspace import Workspace

_FORM: dict[str, Any] = {
    "model": "",
    "weights": AUTO,
    "overrides": {},
    "run_name": "",
    "run_note": "",
    "based_on": "",
}
"""What is typed for the next training of a data set, and what stands there at first."""


class WizardState(HasTraits):
    """Where the user is and what was chosen. All else is read from the workspace.

    Args:
        workspace: The workspace.
        dataset: Id of the data set to begin with; by default where the user was last, else the
            newest.
    """

    step = UseEnum(Step, default_value=Step.DATA)
    dataset = Instance(Dataset, allow_none=True)
    run = Instance(Run, allow_none=True)
    dataset_ready = Bool(False)
    has_checkpoint = Bool(False)
    training_active = Bool(False)
    finished = Set(Unicode())
    model = Unicode("")
    weights = Unicode(AUTO)
    overrides = Dict(key_trait=Unicode())
    task = UseEnum(Task, default_value=None, allow_none=True)
    run_name = Unicode("", help="What the next run is to be called; empty: as its model.")
    run_note = Unicode("", help="What is to be remembered about the next run.")
    based_on = Unicode("", help="Id of the run whose parameters are in the form.")
    runs_of_dataset = Bool(True, help="Whether the list of runs shows those of the data set only.")
    has_runs = Bool(False)
    revision = Int(0, help="Rises when a data set or run was renamed here.")
    path = Unicode("")
    tiling = Dict(key_trait=Unicode(), help="How an import cuts images, as typed.")
    written = Instance(Job, allow_none=True, help="The export of the data set started here.")
    images = Unicode("")
    predict_tiling = Dict(key_trait=Unicode(), help="How a prediction cuts images, as typed.")
    ambiguous = Instance(
        AmbiguousSource, allow_none=True, help="The folder of which is asked what it is."
    )
    before_import = Instance(
        Dataset, allow_none=True, help="The data set that was open before the newest import."
    )
    moved = Unicode("", help="Where the data set's folder is now, as typed.")
    language = Unicode("", help="As chosen on the page; empty: as the environment says.")
    query = Instance(Query, ())
    analysis = Bool(False, help="Whether the preview is to open with its plots.")
    query_classes = List(Unicode(), help="The classes that the query's numbers count.")

    def __init__(self, workspace: Workspace, dataset: str | None = None) -> None:
        super().__init__()
        self.workspace = workspace
        self.disk = DiskMeter()
        folder = WorkspaceFolder(workspace.path)
        self._forms: dict[str, dict[str, Any]] = {}
        self._recent_runs = Recent(folder.runs, workspace.runs)
        self._recent_datasets = Recent(folder.datasets, workspace.datasets)
        self._instead_of = language()
        last = last_session(workspace)
        # chosen over another language than today's: the environment has the newer word
        if last.language in LANGUAGES and last.instead_of == self._instead_of:
            self.language = last.language
        self._attach(dataset, last)
        self.observe(self._keep_place, ["step", "dataset", "run", "language"])

    def _attach(self, dataset: str | None, last: Session) -> None:
        """Begin where the workspace stands: a training under way, else where the user was."""
        active = next((r for r in self.workspace.runs() if r.status.state.active), None)
        if active is not None and dataset in {None, active.record.dataset}:
            self.choose_run(active)
            self.step = Step.TRAINING
        elif dataset in {None, last.dataset} and self._go_back(last):
            pass
        elif dataset is not None:
            self.choose_dataset(self.workspace.dataset(dataset))
            self.step = Step.PARAMETERS if self.dataset_ready else Step.DATA
        elif (newest := next(iter(self.workspace.datasets()), None)) is not None:
            self.choose_dataset(newest)

    def _go_back(self, last: Session) -> bool:
        """Open the data set, run and step of before; False if the data set is gone."""
        try:
            self.choose_dataset(self.workspace.dataset(last.dataset))
        except UserError:
            return False
        with suppress(UserError):
            self.choose_run(self.workspace.run(last.run))
        self.goto(last.step)
        return True

    def _keep_place(self, _: object) -> None:
        dataset, run = (item.id if item else "" for item in (self.dataset, self.run))
        session = Session(self.step, dataset, run, self.language, self._instead_of)
        save_session(self.workspace, session)

    def choose_dataset(self, dataset: Dataset | None) -> None:
        """Work on another data set; the newest run of it comes along, and its form of before."""
        if self.dataset is not None:
            self._forms[self.dataset.id] = {name: getattr(self, name) for name in _FORM}
        self.dataset = dataset
        form = self._forms.get(dataset.id if dataset is not None else "", {})
        for name, empty in _FORM.items():
            setattr(self, name, form.get(name, empty))
        self.query, self.query_classes = Query(), []
        self.predict_tiling = {}
        self.run = self.written = self.ambiguous = None
        if dataset is not None:
            self.run = next(iter(self.runs_of(dataset)), None)
        self.refresh()

    def runs_of(self, dataset: Dataset) -> list[Run]:
        """The runs of a data set, newest first; archived ones are left out."""
        records = [(run, _record(run)) for run in self._recent_runs.items()]
        return [
            run
            for run, record in records
            if record is not None and record.dataset == dataset.id and not record.archived
        ]

    def all_runs(self) -> Sequence[Run]:
        """All runs, newest first, as of the last time that one came or went."""
        return self._recent_runs.items()

    def datasets(self) -> Sequence[Dataset]:
        """All data sets, newest first, as of the last time that one came or went."""
        return self._recent_datasets.items()

    def choose_run(self, run: Run) -> None:
        """Look at another run; its data set comes along."""
        record = run.record
        try:
            dataset = self.workspace.dataset(record.dataset)
        except UserError:  # deleted since; the run's results are still worth a look
            dataset = None
        if dataset != self.dataset:
            self.choose_dataset(dataset)
        self.run = run
        self.refresh()

    def refresh(self) -> None:
        """Look at the workspace again; cheap, called with every tick."""
        for item in (self.dataset, self.run):
            if item is not None and not _readable(item):
                self._forget(item)
        self.dataset_ready = self.dataset is not None and self.dataset.record.ready
        self.has_runs = bool(self._recent_runs.items())
        self.has_checkpoint = self.run is not None and self.run.has_checkpoint
        training = self.run.last_job("train") if self.run else None
        self.training_active = training is not None and training.state.active
        done = {
            "evaluate": "evaluation",
            "evaluate_photos": "evaluation",
            "predict": "predict",
            "export": "publish",
        }
        run = self.run
        self.finished = {step for kind, step in done.items() if run and run.last_job(kind)}

    def goto(self, step: Step) -> None:
        """Open a step, if it is open."""
        if closed_because(step, self) is None:
            self.step = step

    def jobs_under_way(self) -> list[Job]:
        """The jobs of the workspace that run or wait, those that run first."""
        active = [(job.state, job) for job in self._recent_jobs()]
        return [
            job
            for state, job in sorted(active, key=lambda one: one[0] is State.QUEUED)
            if state.active
        ]

    def _recent_jobs(self) -> list[Job]:
        items: list[Item] = [*self.datasets()[:20], *self._recent_runs.items()[:20]]
        # nobody asked for thumbnails made ahead, and nothing waits for them
        jobs = (
            next((job for job in reversed(item.jobs()) if job.kind != "thumbnails"), None)
            for item in items
        )
        return [job for job in jobs if job is not None]

    def _forget(self, item: Item) -> None:
        if item == self.run:
            self.run = None
        else:
            self.dataset = None


def _record(run: Run) -> RunRecord | None:
    with suppress(UserError):  # damaged, or deleted a moment ago
        return run.record
    return None


def _readable(item: Dataset | Run) -> bool:
    """Whether an item is there and not damaged; the list of the data page names what is."""
    try:
        return bool(item.record)
    except UserError:
        return False
