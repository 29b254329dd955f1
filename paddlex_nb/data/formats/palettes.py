"""Class names, numbers and colours of public data sets whose masks do not say them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class Row(msgspec.Struct, frozen=True):
    """A class in masks.

    Attributes:
        name: Its name; empty if these pixels are of no class.
        colour: Red, green and blue of its pixels packed into a number; -1 if it has none.
        value: Its pixel value in masks of numbers.
    """

    name: str
    colour: int
    value: int


Palette = tuple[Row, ...]


def packed(red: int, green: int, blue: int) -> int:
    """A colour as a number."""
    return red << 16 | green << 8 | blue


def _voc_colour(number: int) -> int:
    """The colour of a class of Pascal VOC: the bits of its number, spread over the channels."""
    channels = [0, 0, 0]
    for bit in range(8):
        for channel in range(3):
            channels[channel] |= (number >> channel & 1) << (7 - bit)
        number >>= 3
    return packed(*channels)


def _rows(table: str, void: frozenset[str] = frozenset({"Void"})) -> Iterator[Row]:
    """The rows of a table ``name r g b``."""
    for value, line in enumerate(table.strip().splitlines()):
        name, *colour = line.rsplit(maxsplit=3)
        yield Row("" if name in void else name, packed(*map(int, colour)), value)


_VOC = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat"),
    *("chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant"),
    *("sheep", "sofa", "train", "tvmonitor"),
)
_VOC_BORDER = packed(224, 224, 192)
VOC: Palette = (
    *(Row(name, _voc_colour(value), value) for value, name in enumerate(_VOC)),
    Row("", _VOC_BORDER, 255),
)

_CITYSCAPES = """
unlabeled 0 0 0
ego vehicle 0 0 0
rectification border 0 0 0
out of roi 0 0 0
static 0 0 0
dynamic 111 74 0
ground 81 0 81
road 128 64 128
sidewalk 244 35 232
parking 250 170 160
rail track 230 150 140
building 70 70 70
wall 102 102 156
fence 190 153 153
guard rail 180 165 180
bridge 150 100 100
tunnel 150 120 90
pole 153 153 153
polegroup 153 153 153
traffic light 250 170 30
traffic sign 220 220 0
vegetation 107 142 35
terrain 152 251 152
sky 70 130 180
person 220 20 60
rider 255 0 0
car 0 0 142
truck 0 0 70
bus 0 60 100
caravan 0 0 90
trailer 0 0 110
train 0 80 100
motorcycle 0 0 230
bicycle 119 11 32
"""
CITYSCAPES_ALL: Palette = tuple(_rows(_CITYSCAPES))
"""All label ids of Cityscapes."""

_EVALUATED = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
CITYSCAPES: Palette = tuple(
    row if row.value in _EVALUATED else Row("", row.colour, row.value) for row in CITYSCAPES_ALL
)
"""Those ids of Cityscapes that are evaluated; the others are of no class."""

CITYSCAPES_TRAINED: Palette = tuple(
    Row(CITYSCAPES_ALL[value].name, CITYSCAPES_ALL[value].colour, number)
    for number, value in enumerate(_EVALUATED)
)
"""The same by their numbers in training."""

CITYSCAPES_THINGS = range(24, 34)
"""Ids of Cityscapes whose objects are told apart."""

CAMVID: Palette = tuple(
    _rows("""
Void 0 0 0
Animal 64 128 64
Archway 192 0 128
Bicyclist 0 128 192
Bridge 0 128 64
Building 128 0 0
Car 64 0 128
CartLuggagePram 64 0 192
Child 192 128 64
Column_Pole 192 192 128
Fence 64 64 128
LaneMkgsDriv 128 0 192
LaneMkgsNonDriv 192 0 64
Misc_Text 128 128 64
MotorcycleScooter 192 0 192
OtherMoving 128 64 64
ParkingBlock 64 192 128
Pedestrian 64 64 0
Road 128 64 128
RoadShoulder 128 128 192
Sidewalk 0 0 192
SignSymbol 192 128 128
Sky 128 128 128
SUVPickupTruck 64 128 192
TrafficCone 0 0 64
TrafficLight 0 64 64
Train 192 64 128
Tree 128 128 0
Truck_Bus 192 128 192
Tunnel 64 0 64
VegetationMisc 192 192 0
Wall 64 192 0
""")
)
ISPRS: Palette = tuple(
    _rows(
        """
impervious surface 255 255 255
building 0 0 255
low vegetation 0 255 255
tree 0 255 0
car 255 255 0
clutter 255 0 0
boundary 0 0 0
""",
        frozenset({"boundary"}),
    )
)
_LOVEDA = ("", "background", "building", "road", "water", "barren", "forest", "agricultural")
LOVEDA: Palette = tuple(Row(name, -1, value) for value, name in enumerate(_LOVEDA))
SYNTHIA: Palette = tuple(
    _rows("""
Void 0 0 0
Sky 128 128 128
Building 128 0 0
Road 128 64 128
Sidewalk 0 0 192
Fence 64 64 128
Vegetation 128 128 0
Pole 192 192 128
Car 64 0 128
Sign 192 128 128
Pedestrian 64 64 0
Cyclist 0 128 192
Lanemarking 0 175 0
TrafficLight 0 128 128
Lanemarking 0 172 0
""")
)
SYNTHIA_SF: Palette = tuple(
    _rows("""
Void 0 0 0
Road 128 64 128
Sidewalk 244 35 232
Building 70 70 70
Wall 102 102 156
Fence 190 153 153
Pole 153 153 153
TrafficLight 250 170 30
TrafficSign 220 220 0
Vegetation 107 142 35
Terrain 152 251 152
Sky 70 130 180
Person 220 20 60
Rider 255 0 0
Car 0 0 142
Truck 0 0 70
Bus 0 60 100
Train 0 80 100
Motorcycle 0 0 230
Bicycle 119 11 32
RoadLines 157 234 50
Other 72 0 98
RoadWorks 167 106 29
""")
)
