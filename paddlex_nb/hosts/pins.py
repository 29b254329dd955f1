"""What ``paddlex-nb setup`` installs beside the wheel, and why the wheel cannot list it."""

from __future__ import annotations

import msgspec


class Pin(msgspec.Struct, frozen=True):
    """A package that setup brings.

    Attributes:
        name: Distribution name.
        requirement: The versions that setup installs, as pip writes them.
        accepted: The versions that fit where they are there already, if these are more: the
            suites' own repositories are ahead of what they publish.
        module: What is imported from it.
        why: Why these versions, and why not as a requirement of ours.
        alone: Installed without the requirements it states itself.
        any_provider: Kept whatever it is, once any distribution provides ``module``.
    """

    name: str
    requirement: str
    module: str
    why: str
    accepted: str = ""
    alone: bool = False
    any_provider: bool = False

    def __str__(self) -> str:
        return self.name + self.requirement


PINS = (
    Pin(
        "paddlepaddle",
        "==3.2.2",
        "paddle",
        "2.6 crashes, 3.3's CPU predictor and exporters fail on some graphs; "
        "a machine may hold a GPU build, which this would overwrite",
        any_provider=True,
    ),
    Pin(
        "opencv-python-headless",
        ">=4.8,<5",
        "cv2",
        "needs no libGL; two distributions of one cv2 overwrite each other's files",
        any_provider=True,
    ),
    Pin(
        "paddle2onnx",
        "==2.1.0",
        "paddle2onnx",
        "reads the .json programs of Paddle 3",
        accepted=">=2.1.0,<3",
    ),
    Pin(
        "paddleclas",
        "==2.6.0",
        "paddleclas",
        "pins a numpy and an opencv-python that contradict the other suites'",
        accepted=">=2.6.0,<3",
        alone=True,
    ),
    Pin(
        "paddledet",
        "==2.6.0",
        "ppdet",
        "pins numpy<1.24 and the dead package sklearn",
        accepted=">=2.6.0,<3",
        alone=True,
    ),
    Pin(
        "paddleseg",
        "==2.8.0",
        "paddleseg",
        "asks for opencv-python, which needs libGL",
        accepted=">=2.8.0,<3",
        alone=True,
    ),
)

SUITES = tuple(pin for pin in PINS if pin.alone)
"""The three Paddle suites."""

LIMITS = ("numpy>=1.26,<2.4", "setuptools<81")
"""Requirements of ours that installing a pin must not break: ppdet 2.6 needs both."""
