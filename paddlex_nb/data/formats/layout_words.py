"""Names of folders that say what lies in them, not of which class it is."""

from __future__ import annotations

import re

IMAGE_FOLDERS = frozenset(
    {
        *("jpegimages", "images", "image", "imgs", "img", "leftimg8bit", "rgb", "photos"),
        *("top", "2_ortho_rgb"),
        *("photo", "pictures", "rgbleft", "image_2", "imgsfine", "701_stillsraw_full"),
    }
)
PLAIN_FOLDERS = frozenset({"data", "default", "frames"})
"""Folders that may hold anything, most often images."""

MASK_FOLDERS = frozenset(
    {
        *("annotations", "masks", "mask", "labels", "label", "segmentationclass", "gtfine", "gt"),
        *("groundtruth", "ground_truth", "segmentationclassraw", "segmentationclasspng"),
        *("1st_manual", "5_labels_all", "5_labels_for_participants", "gts_for_participants"),
        *("gtleft", "semseg", "semantic", "labeledapproved_full"),
    }
)
LABEL_FOLDERS = frozenset(
    {
        *("annotations", "annotation", "annots", "labels", "label", "xml", "xmls", "json"),
        *("jsons", "txt", "txts", "labeltxt"),
    }
)
OTHER_FOLDERS = frozenset(
    {
        *("instances", "instance", "depth", "depths", "visualization", "visualizations"),
        *("visualisation", "vis", "splits", "split", "scribbles", "gtcoarse", "segmentations"),
        *(
            "segmentation",
            "segmentationobject",
            "segmentationobjectpng",
            "annotated",
            "imagesets",
            "obj_train_data",
        ),
        *("panoptic", "disparity", "normals", "overlay", "overlays", "unlabeled"),
        *(
            "image_02",
            "image_03",
            "image_3",
            "label_2",
            "calib",
            "velodyne",
            "semantic_rgb",
            "img1",
        ),
        *(
            "depthleft",
            "gttxt",
            "bounding_box_train",
            "bounding_box_test",
            "bbox_train",
            "bbox_test",
            "query",
            "gallery",
        ),
        *("wider_train", "wider_val", "wider_test", "obj_test_data", "obj_valid_data"),
        *("hr", "lr", "upsampled", "trimaps", "colormaps", "ann", "groundtruths", "input"),
        *("inputs", "target", "targets"),
        *("unlabelled", "bboxes", "boxes", "polygons", "seg", "thumbnails"),
    }
)
LAYOUT_WORDS = PLAIN_FOLDERS | IMAGE_FOLDERS | MASK_FOLDERS | LABEL_FOLDERS | OTHER_FOLDERS


_CAMERA = re.compile(r"image_\d+")
"""A folder of the images of one camera, as in KITTI."""


_TELLING = frozenset({"images", "imgs", "masks", "labels", "annotations", "annots", "gt", "gts"})
"""Words that say what lies in a folder wherever they are in its name (``train_images``)."""

_TRUTH = re.compile(r"ground[-_ ]?truth", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")


def words_in(folder: str) -> list[str]:
    """The words of a folder's name, in lower case: ``trainImages_v2`` has train, images and v."""
    return [word.lower() for word in _WORD.findall(folder)]


def is_layout_word(folder: str) -> bool:
    """Whether the name of a folder says what lies in it, in any case of letters."""
    if folder.lower() in LAYOUT_WORDS or _CAMERA.fullmatch(folder.lower()) is not None:
        return True
    return not _TELLING.isdisjoint(words_in(folder)) or _TRUTH.search(folder) is not None
