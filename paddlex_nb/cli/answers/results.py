"""What ``predict``, ``explain``, ``labels``, ``export`` and ``save`` answer."""

from __future__ import annotations

from typing import Literal

from typing_extensions import NotRequired, TypedDict

from paddlex_nb.cli.answers.shared import Origin

ClassScore = TypedDict("ClassScore", {"class": str, "score": float})
ClassScore.__doc__ = "A class and its probability, 0 to 1."

Area = TypedDict("Area", {"class": str, "class_id": int, "share": float})
Area.__doc__ = "The share of an image that a class covers, 0 to 1."


class Mask(TypedDict):
    """A mask as COCO's run lengths: height and width, and counts that are text."""

    size: list[int]
    counts: str


PredictedObject = TypedDict(
    "PredictedObject",
    {
        "class": str,
        "class_id": int,
        "score": float,
        "box": list[float],
        "mask": NotRequired[Mask],
    },
)
PredictedObject.__doc__ = "An object; its box is x, y, width and height in pixels of the image."


class ImageError(TypedDict):
    """Why an image could not be predicted: a sentence, and what it was made of."""

    key: str
    values: dict[str, str | float | None]
    text: str


Prediction = TypedDict(
    "Prediction",
    {
        "path": str,
        "error": NotRequired[ImageError],
        "class": NotRequired[str],
        "score": NotRequired[float],
        "top5": NotRequired[list[ClassScore]],
        "objects": NotRequired[list[PredictedObject]],
        "best_below": NotRequired[float],
        "areas": NotRequired[list[Area]],
        "mask": NotRequired[str],
    },
)
Prediction.__doc__ = """What a model says about an image.

Classification gives ``class``, ``score`` and ``top5``; detection and instance segmentation
``objects``, best first, or ``best_below``, the highest score, where none reaches the threshold;
semantic segmentation ``areas`` and ``mask``, a PNG file whose values are class numbers.
"""


class Predictions(Origin):
    """What a checkpoint says about images.

    Attributes:
        predictions: One an image.
        images: How many there are.
        failed: How many of them could not be predicted; their ``error`` says why.
        threshold: Least score of the objects; null in tasks without objects.
        classes: Class names, in the order of their numbers.
        tile: Side in pixels of the tiles that larger images were cut into; null if they were not.
        tile_overlap: Share of it by which tiles overlap.
        out: Where all of it was written, if that was asked for.
    """

    predictions: list[Prediction]
    images: int
    failed: int
    threshold: float | None
    classes: list[str]
    tile: int | None
    tile_overlap: float | None
    out: NotRequired[str]


class ExportFields(TypedDict):
    """A model that was exported.

    Attributes:
        to: ``inference`` (Paddle) or ``onnx``.
        out: The folder.
        files: All files in it, absolute.
        parity: Largest absolute difference of any output to the trained model's.
        latency_ms: Milliseconds that one image takes (median).
        size_bytes: Size of all files.
        threshold: Least score of the objects; null in tasks without objects.
    """

    to: Literal["inference", "onnx"]
    out: str
    files: list[str]
    parity: float
    latency_ms: float
    size_bytes: int
    threshold: float | None


class Export(Origin, ExportFields):
    """A model that was exported, and of which weights."""


Explained = TypedDict("Explained", {"path": str, "class": str, "score": float, "drawn": str})
Explained.__doc__ = "An image, the class that is explained, and the file with the heat map."


class Explanations(TypedDict):
    """Where in images a classifier looks: the files are in the folder ``out``."""

    run: str
    checkpoint: str
    epoch: int
    step: int
    method: Literal["gradient", "perturbation"]
    explanations: list[Explained]
    out: str


class LabelError(TypedDict):
    """A label that is likely wrong.

    Attributes:
        number: Its place in the list, from 1.
        kind: What is likely wrong.
        score: How likely; the list is sorted by it.
        file: The image.
        row: The image's row in the data set.
        object: Number of the object in its image; null for a whole image.
        given: The class as labelled.
        suggested: The class that is suggested.
        confidence: What the model says of it, 0 to 1.
        box: The box as labelled: x, y, width, height in pixels.
        suggested_box: The box that is suggested.
        message: It in a sentence.
    """

    number: int
    kind: str
    score: float
    file: str
    row: int
    object: int | None
    given: str | None
    suggested: str | None
    confidence: float | None
    box: list[float] | None
    suggested_box: list[float] | None
    message: str


class LabelErrors(TypedDict):
    """Labels that are likely wrong, and what is to be said of all of them."""

    label_errors: list[LabelError]
    note: str | None


class KeptLabels(TypedDict):
    """How many labels were kept as they are."""

    kept: int


class Saved(TypedDict):
    """A named model, and what ``--weights`` takes for it."""

    name: str
    weights: str
    run: str
