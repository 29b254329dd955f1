"""Formats of data sets, one file each; a new one is a file and a line in `FORMATS`."""

from __future__ import annotations

from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.ade20k import Ade20k
from paddlex_nb.data.formats.base import Evidence, Format
from paddlex_nb.data.formats.bdd import Bdd
from paddlex_nb.data.formats.box_lists import BoxLists
from paddlex_nb.data.formats.city_polygons import CityPolygons
from paddlex_nb.data.formats.class_folders import ClassFolders
from paddlex_nb.data.formats.class_lists import ClassLists
from paddlex_nb.data.formats.coco.reader import Coco
from paddlex_nb.data.formats.coco_panoptic import CocoPanoptic
from paddlex_nb.data.formats.createml import CreateMl
from paddlex_nb.data.formats.crowd_human import CrowdHuman
from paddlex_nb.data.formats.cub import Cub
from paddlex_nb.data.formats.cvat import Cvat
from paddlex_nb.data.formats.cvat_video import CvatVideo
from paddlex_nb.data.formats.datumaro import Datumaro
from paddlex_nb.data.formats.dota import Dota
from paddlex_nb.data.formats.easydata import EasyData
from paddlex_nb.data.formats.fgvc_aircraft import FgvcAircraft
from paddlex_nb.data.formats.instance_maps import InstanceMaps
from paddlex_nb.data.formats.instance_masks import InstanceMasks
from paddlex_nb.data.formats.kitti import Kitti
from paddlex_nb.data.formats.label_studio import LabelStudio
from paddlex_nb.data.formats.labelbox import Labelbox
from paddlex_nb.data.formats.labelme import Labelme
from paddlex_nb.data.formats.labelme_xml import LabelmeXml
from paddlex_nb.data.formats.masks import Masks
from paddlex_nb.data.formats.mvtec import Mvtec
from paddlex_nb.data.formats.named_lists import NamedLists
from paddlex_nb.data.formats.open_images import OpenImages
from paddlex_nb.data.formats.run_lengths import RunLengths
from paddlex_nb.data.formats.segment_anything import SegmentAnything
from paddlex_nb.data.formats.supervisely import Supervisely
from paddlex_nb.data.formats.tables import Table
from paddlex_nb.data.formats.tiny_imagenet import TinyImageNet
from paddlex_nb.data.formats.via import Via
from paddlex_nb.data.formats.visdrone import VisDrone
from paddlex_nb.data.formats.voc import Voc
from paddlex_nb.data.formats.vott import Vott
from paddlex_nb.data.formats.wider_face import WiderFace
from paddlex_nb.data.formats.yolo import Yolo

FORMATS: tuple[Format, ...] = (
    ClassFolders(),
    ClassLists(),
    Table(Task.CLASSIFICATION),
    Labelme(Task.CLASSIFICATION),
    EasyData(Task.CLASSIFICATION),
    LabelStudio(Task.CLASSIFICATION),
    Datumaro(Task.CLASSIFICATION),
    NamedLists(Task.CLASSIFICATION),
    Mvtec(Task.CLASSIFICATION),
    TinyImageNet(Task.CLASSIFICATION),
    Cub(Task.CLASSIFICATION),
    FgvcAircraft(Task.CLASSIFICATION),
    Supervisely(Task.CLASSIFICATION),
    Labelbox(Task.CLASSIFICATION),
    Voc(),
    Coco(Task.DETECTION),
    Yolo(Task.DETECTION),
    Labelme(Task.DETECTION),
    EasyData(Task.DETECTION),
    Cvat(Task.DETECTION),
    Table(Task.DETECTION),
    CreateMl(Task.DETECTION),
    LabelStudio(Task.DETECTION),
    CvatVideo(Task.DETECTION),
    Datumaro(Task.DETECTION),
    Vott(Task.DETECTION),
    OpenImages(Task.DETECTION),
    Kitti(Task.DETECTION),
    WiderFace(Task.DETECTION),
    LabelmeXml(Task.DETECTION),
    NamedLists(Task.DETECTION),
    VisDrone(Task.DETECTION),
    Cub(Task.DETECTION),
    Dota(Task.DETECTION),
    BoxLists(Task.DETECTION),
    Bdd(Task.DETECTION),
    CrowdHuman(Task.DETECTION),
    Supervisely(Task.DETECTION),
    Labelbox(Task.DETECTION),
    Coco(Task.INSTANCE_SEGMENTATION),
    Yolo(Task.INSTANCE_SEGMENTATION),
    Labelme(Task.INSTANCE_SEGMENTATION),
    EasyData(Task.INSTANCE_SEGMENTATION),
    Cvat(Task.INSTANCE_SEGMENTATION),
    Via(),
    InstanceMasks(),
    LabelStudio(Task.INSTANCE_SEGMENTATION),
    CvatVideo(Task.INSTANCE_SEGMENTATION),
    Datumaro(Task.INSTANCE_SEGMENTATION),
    Vott(Task.INSTANCE_SEGMENTATION),
    LabelmeXml(Task.INSTANCE_SEGMENTATION),
    InstanceMaps(Task.INSTANCE_SEGMENTATION),
    CityPolygons(Task.INSTANCE_SEGMENTATION),
    Ade20k(Task.INSTANCE_SEGMENTATION),
    Mvtec(Task.INSTANCE_SEGMENTATION),
    CocoPanoptic(Task.INSTANCE_SEGMENTATION),
    SegmentAnything(),
    RunLengths(Task.INSTANCE_SEGMENTATION),
    Supervisely(Task.INSTANCE_SEGMENTATION),
    Labelbox(Task.INSTANCE_SEGMENTATION),
    Bdd(Task.INSTANCE_SEGMENTATION),
    Dota(Task.INSTANCE_SEGMENTATION),
    Masks(),
    Labelme(Task.SEGMENTATION),
    EasyData(Task.SEGMENTATION),
    Coco(Task.SEGMENTATION),
    LabelStudio(Task.SEGMENTATION),
    Datumaro(Task.SEGMENTATION),
    LabelmeXml(Task.SEGMENTATION),
    CityPolygons(Task.SEGMENTATION),
    InstanceMaps(Task.SEGMENTATION),
    Ade20k(Task.SEGMENTATION),
    Mvtec(Task.SEGMENTATION),
    CocoPanoptic(Task.SEGMENTATION),
    RunLengths(Task.SEGMENTATION),
    Supervisely(Task.SEGMENTATION),
    Labelbox(Task.SEGMENTATION),
)

__all__ = ["FORMATS", "Evidence", "Format"]
