"""How public data sets lay out their maps of objects, and what the values mean."""

from __future__ import annotations

import re

from paddlex_nb.data.formats import palettes
from paddlex_nb.data.formats.map_layout import MapLayout
from paddlex_nb.data.formats.map_names import (
    city_names,
    mapillary_names,
    mots_names,
    no_names,
    voc_names,
)

_CROWD = 10
"""MOTS' class of regions in which nobody is told apart."""

LAYOUTS: tuple[MapLayout, ...] = (
    MapLayout(
        "Pascal VOC",
        re.compile(r"(?:^|/)SegmentationObject(?:PNG)?/[^/]+$", re.IGNORECASE),
        (r"SegmentationObject(?:PNG)?", "JPEGImages"),
        voc_names,
        class_folder=("SegmentationObject", "SegmentationClass"),
        ignored=(palettes.packed(224, 224, 192), 255),
    ),
    MapLayout(
        "Penn-Fudan",
        re.compile(r"(?:^|/)PedMasks/[^/]+_mask\.png$"),
        (r"PedMasks$", "PNGImages"),
        no_names,
        ending="_mask",
    ),
    MapLayout(
        "Cityscapes",
        re.compile(r"_gtFine_instanceIds\.png$", re.IGNORECASE),
        (r"(^|/)gtFine(/|$)", r"\1leftImg8bit\2"),
        city_names,
        divisor=1000,
        least=1000,
        ending="_gtFine_instanceIds",
        image_ending="_leftImg8bit",
        whole=True,
        likely=0.8,
    ),
    MapLayout(
        "Mapillary Vistas",
        re.compile(r"(?:^|/)(?:v\d\.\d/)?instances/[^/]+$"),
        (r"(?:v\d\.\d/)?instances$", "images"),
        mapillary_names,
        divisor=256,
        least=0,
        needs=re.compile(r"(?:^|/)config(?:_v[12]\.\d)?\.json$"),
        whole=True,
        likely=0.8,
    ),
    MapLayout(
        "KITTI",
        re.compile(r"(?:^|/)instance/[^/]+$"),
        (r"instance$", "image_2"),
        city_names,
        divisor=256,
        least=0,
        single=False,
        whole=True,
        likely=0.8,
    ),
    MapLayout(
        "MOTS",
        re.compile(r"(?:^|/)instances/(?:[^/]+/)*[^/]+$"),
        (r"(^|/)instances(/|$)", r"\1images\2"),
        mots_names,
        divisor=1000,
        least=1000,
        ignored=(_CROWD * 1000,),
        coded=True,
    ),
    MapLayout(
        "DAVIS",
        re.compile(r"(?:^|/)Annotations/(?:480p|1080p|Full-Resolution)/[^/]+/\d+\.png$"),
        (r"(^|/)Annotations/", r"\1JPEGImages/"),
        no_names,
        sequences=re.compile(r"/([^/]+)/\d+\.png$"),
    ),
    MapLayout(
        "StarDist",
        re.compile(r"(?:^|/)masks/[^/]+$"),
        (r"masks$", "images"),
        no_names,
        endings=(".tif", ".tiff", ".png"),
        numbered=True,
    ),
)
"""The layouts, the more particular before the more general."""
