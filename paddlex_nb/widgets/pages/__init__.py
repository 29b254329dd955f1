"""The pages of the wizard, one file a step; adding a page is one file, one step and one line."""

from paddlex_nb.widgets.pages.base import Page
from paddlex_nb.widgets.pages.data import DataPage
from paddlex_nb.widgets.pages.evaluation import EvaluationPage
from paddlex_nb.widgets.pages.parameters import ParametersPage
from paddlex_nb.widgets.pages.preview import PreviewPage
from paddlex_nb.widgets.pages.publish import PublishPage
from paddlex_nb.widgets.pages.split import SplitPage
from paddlex_nb.widgets.pages.training import TrainingPage
from paddlex_nb.widgets.steps import Step

PAGES: dict[Step, type[Page]] = {
    Step.DATA: DataPage,
    Step.SPLIT: SplitPage,
    Step.PREVIEW: PreviewPage,
    Step.PARAMETERS: ParametersPage,
    Step.TRAINING: TrainingPage,
    Step.EVALUATION: EvaluationPage,
    Step.PUBLISH: PublishPage,
}
