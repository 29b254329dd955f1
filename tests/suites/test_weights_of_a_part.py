"""Published weights for a part of a model: all of the part is set, and nothing else."""

from __future__ import annotations

import numpy as np
import paddle
import pytest

from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.params.values import as_config
from paddlex_nb.suites.det.network import build_network as detector
from paddlex_nb.suites.seg.network import build_network as segmenter
from paddlex_nb.weights.matching import match

CONFIG = as_config({"input_size": 320, "epochs": 10})


def network(name: str) -> paddle.nn.Layer:
    entry = model(name)
    with paddle.utils.unique_name.guard():
        if entry.task is Task.SEGMENTATION:
            return segmenter(entry, 3)
        return detector(entry, CONFIG, 3)


@pytest.mark.parametrize("name", [e.name for e in list_models() if any(w.part for w in e.weights)])
@pytest.mark.parametrize("whole", [True, False], ids=["of a whole model", "alone"])
def test_the_backbone_is_set_and_nothing_else(name: str, whole: bool) -> None:
    target = {n: tuple(t.shape) for n, t in network(name).state_dict().items()}
    theirs = {n: t.numpy() for n, t in network(name).state_dict().items()}
    if not whole:
        theirs = {n[len("backbone.") :]: a for n, a in theirs.items() if n.startswith("backbone.")}
    found = match(target, theirs, part="backbone")
    assert {n for n in target if n.startswith("backbone.")} == set(found.weights)
    assert set(found.missing) == target.keys() - found.weights.keys()
    assert found.missing


def test_our_finer_segmenter_has_the_backbone_of_the_published_one() -> None:
    published = {n: t.numpy() for n, t in network("PPLiteSeg_STDC1").state_dict().items()}
    fine = network("PPLiteSeg_STDC1_fine")
    target = {n: tuple(t.shape) for n, t in fine.state_dict().items()}
    found = match(target, published, part="backbone")
    assert all(n.startswith("backbone.") for n in found.weights)
    np.testing.assert_array_equal(
        found.weights["backbone.features.0.conv.weight"],
        published["backbone.features.0.conv.weight"],
    )


def test_another_backbone_is_refused() -> None:
    target = {n: tuple(t.shape) for n, t in network("FasterRCNN_light").state_dict().items()}
    other = {n: t.numpy() for n, t in network("PPYOLOE_plus_t").state_dict().items()}
    with pytest.raises(UserError) as error:
        match(target, other, part="backbone")
    assert error.value.code == "training.weights_do_not_fit"
