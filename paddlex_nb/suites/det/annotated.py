"""An image with the objects in it, and what can be done to both together; no Paddle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.data.store.image_objects import Objects
from paddlex_nb.suites.images import Pixels

Outlines = list[NDArray[np.float32]]
"""Of one object: points x, y, each of shape (points, 2)."""


HARDLY_SEEN = 0.25
"""Share of a blended image below which its objects cannot be asked for."""


@dataclass(frozen=True)
class AnnotatedImage:
    """An image and its objects; n is their number.

    Every method gives a new one and leaves this one as it is.

    Attributes:
        image: Of shape (H, W, 3).
        boxes: Left, top, right, bottom in pixels of `image`, of shape (n, 4).
        class_ids: Of shape (n,).
        crowd: Whether each is a group that counts as no single object, of shape (n,).
        outlines: Of each object; empty where the task has none.
    """

    image: Pixels
    boxes: NDArray[np.float32]
    class_ids: NDArray[np.int64]
    crowd: NDArray[np.bool_]
    outlines: Sequence[Outlines]

    @classmethod
    def from_objects(cls, image: Pixels, objects: Objects, shown: Sequence[int]) -> AnnotatedImage:
        """From what a data set's view gives.

        Args:
            image: The image, perhaps shrunk.
            objects: From `DatasetView.objects`.
            shown: Width and height of the image as shown, in whose pixels the objects are.
        """
        outlines = [
            [np.asarray(points, np.float32).reshape(-1, 2) for points in outline or ()]
            for outline in objects.outlines or ()
        ]
        annotated = cls(
            image,
            objects.xyxy.astype(np.float32),
            objects.class_id,
            objects.crowd,
            outlines,
        )
        height, width = image.shape[:2]
        return annotated._moved(width / shown[0], height / shown[1], 0, 0)

    def __len__(self) -> int:
        return len(self.class_ids)

    def _moved(self, scale_x: float, scale_y: float, left: float, top: float) -> AnnotatedImage:
        """The objects scaled, then shifted; the image as it is."""
        scale = np.array([scale_x, scale_y], np.float32)
        shift = np.array([left, top], np.float32)
        return replace(
            self,
            boxes=self.boxes * np.tile(scale, 2) + np.tile(shift, 2),
            outlines=[[points * scale + shift for points in o] for o in self.outlines],
        )

    def kept(self, keep: NDArray[np.bool_]) -> AnnotatedImage:
        """Only some of the objects."""
        return replace(
            self,
            boxes=self.boxes[keep],
            class_ids=self.class_ids[keep],
            crowd=self.crowd[keep],
            outlines=[o for o, wanted in zip(self.outlines, keep, strict=True) if wanted],
        )

    def resized(self, width: int, height: int) -> AnnotatedImage:
        """The image stretched to a size, its boxes and outlines with it."""
        old_height, old_width = self.image.shape[:2]
        if (old_width, old_height) == (width, height):
            return self
        image = np.asarray(
            cv2.resize(self.image, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
        return replace(self._moved(width / old_width, height / old_height, 0, 0), image=image)

    def placed(
        self, width: int, height: int, left: int, top: int, colour: Sequence[int]
    ) -> AnnotatedImage:
        """On a larger canvas of one colour, its corner at ``left``, ``top``."""
        canvas = np.empty((height, width, 3), np.uint8)
        canvas[:] = colour
        old_height, old_width = self.image.shape[:2]
        canvas[top : top + old_height, left : left + old_width] = self.image
        return replace(self._moved(1, 1, left, top), image=canvas)

    def cropped(self, left: int, top: int, width: int, height: int) -> AnnotatedImage:
        """A part of the image, with the objects whose middle is in it, cut at its edges."""
        piece = self.image[top : top + height, left : left + width]
        middle = (self.boxes[:, :2] + self.boxes[:, 2:]) / 2
        inside = ((middle >= (left, top)) & (middle < (left + width, top + height))).all(axis=1)
        moved = replace(self._moved(1, 1, -left, -top), image=piece)
        return moved.kept(np.asarray(inside)).clipped()

    def clipped(self) -> AnnotatedImage:
        """Boxes and outlines cut at the image's edges.

        Those objects are gone whose box is thinner than a pixel or whose outlines are outside.
        """
        height, width = self.image.shape[:2]
        boxes = self.boxes.clip(0, np.array([width, height, width, height], np.float32))
        cut = [
            [c for c in (_cut(p, width, height) for p in o) if len(c) > 2] for o in self.outlines
        ]
        seen = [bool(now) or not former for now, former in zip(cut, self.outlines, strict=True)]
        large_enough = (boxes[:, 2:] - boxes[:, :2] >= 1).all(axis=1)
        if seen:
            large_enough &= np.array(seen, np.bool_)
        return replace(self, boxes=boxes, outlines=cut).kept(large_enough)

    def mixed(self, other: AnnotatedImage, share: float) -> AnnotatedImage:
        """Blended with an image of the same size, the objects of both united.

        After Zhang et al. (2019), "Bag of Freebies for Training Object Detection Neural Networks",
        but without weights of the objects, which few of the suite's losses take: so those of an
        image that is hardly seen are left out.

        Args:
            other: The other image.
            share: How much of the result this one is, from 0 to 1.
        """
        image = np.asarray(cv2.addWeighted(self.image, share, other.image, 1 - share, 0), np.uint8)
        seen = [one for one, part in ((self, share), (other, 1 - share)) if part >= HARDLY_SEEN]
        return replace(
            self,
            image=image,
            boxes=np.concatenate([one.boxes for one in seen]),
            class_ids=np.concatenate([one.class_ids for one in seen]),
            crowd=np.concatenate([one.crowd for one in seen]),
            outlines=[outline for one in seen for outline in one.outlines],
        )

    def mirrored(self) -> AnnotatedImage:
        """Left and right exchanged."""
        return self._turned(0)

    def upside_down(self) -> AnnotatedImage:
        """Top and bottom exchanged."""
        return self._turned(1)

    def _turned(self, axis: int) -> AnnotatedImage:
        end = self.image.shape[1 - axis]
        boxes = self.boxes.copy()
        boxes[:, axis], boxes[:, axis + 2] = (
            end - self.boxes[:, axis + 2],
            end - self.boxes[:, axis],
        )
        outlines = []
        for outline in self.outlines:
            turned = [points.copy() for points in outline]
            for points in turned:
                points[:, axis] = end - points[:, axis]
            outlines.append(turned)
        image = self.image[:, ::-1] if axis == 0 else self.image[::-1]
        return replace(self, image=image, boxes=boxes, outlines=outlines)


def _cut(points: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """The part of a polygon inside of an image (Sutherland and Hodgman, 1974)."""
    for axis, limit, sign in ((0, 0, -1), (0, width, 1), (1, 0, -1), (1, height, 1)):
        beyond = sign * (points[:, axis] - limit)
        if (beyond <= 0).all():
            continue
        following = np.roll(beyond, -1)
        inside, crossing = beyond <= 0, (beyond <= 0) != (following <= 0)
        share = beyond / np.where(crossing, beyond - following, 1)
        border = points + share[:, None] * (np.roll(points, -1, axis=0) - points)
        both = np.stack([points, border], axis=1)
        points = both[np.stack([inside, crossing], axis=1)]
    return np.asarray(points, np.float32)
