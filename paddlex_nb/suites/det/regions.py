"""R-CNNs in evaluation: from an image to boxes and their masks, in pixels of the canvas.

paddledet's own way brings both to the image as shown inside the network, where masks of large
images take gigabytes; and it mixes up whose masks are whose if an image of a batch has none.
"""

from __future__ import annotations

from typing import Any

import paddle


def find_boxes(
    model: Any, image: paddle.Tensor, im_shape: paddle.Tensor
) -> tuple[paddle.Tensor, paddle.Tensor]:
    """The objects of a batch.

    Args:
        model: ``FasterRCNN``, ``MaskRCNN`` or ``CascadeRCNN`` in evaluation mode.
        image: Of shape (N, 3, S, S).
        im_shape: Height and width that each image fills of the canvas, of shape (N, 2).

    Returns:
        Class, score, left, top, right, bottom of shape (n, 6), and how many each image has, of
        shape (N,).
    """
    _, boxes, counts = _find(model, image, im_shape)
    return boxes, counts


def find_masks(
    model: Any, image: paddle.Tensor, im_shape: paddle.Tensor
) -> tuple[paddle.Tensor, paddle.Tensor, paddle.Tensor]:
    """As `find_boxes`, and the mask of each box: probabilities of shape (n, m, m)."""
    features, boxes, counts = _find(model, image, im_shape)
    # it shares no layers with the box head, so that it needs none of its features
    return boxes, counts, model.mask_head(features, boxes, counts, {"scale_factor": None})


def _find(
    model: Any, image: paddle.Tensor, im_shape: paddle.Tensor
) -> tuple[list[paddle.Tensor], paddle.Tensor, paddle.Tensor]:
    scale = paddle.ones_like(im_shape)
    inputs = {"image": image, "im_shape": im_shape, "scale_factor": scale}
    features = model.neck(model.backbone(inputs))
    regions, counts, _ = model.rpn_head(features, inputs)
    counts = counts.reshape([-1])  # of one image it may have no dimension
    regressed, _ = model.bbox_head(features, regions, counts, inputs)
    if hasattr(model.bbox_head, "get_refined_rois"):
        regions = model.bbox_head.get_refined_rois()
    boxes, numbers, _ = model.bbox_post_process(regressed, (regions, counts), im_shape, scale)
    return features, boxes, numbers
