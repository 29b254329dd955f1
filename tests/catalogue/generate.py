"""Write the catalogue of classification models: ``python tests/catalogue/generate.py``.

Names are chosen in ``families.py``; parameter counts, costs and addresses of weights come from
paddleclas itself. Needs Paddle; run it when paddleclas changes. With names of families, the
entries of all others stay as they are.
"""

from __future__ import annotations

import importlib
import sys
from importlib import resources
from pathlib import Path

import msgspec
import paddle
import paddleclas

from paddlex_nb.catalogue.entry import ModelEntry, Weights
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.core.task import Task

sys.path.insert(0, str(Path(__file__).parents[1]))
from catalogue.families import FAMILIES, IN_PADDLECLAS, INPUT_SIZES, SSLD

_SIZE = 224


def entry(family: str, name: str) -> ModelEntry:
    """The catalogue's entry of one model, by building it for ImageNet's 1,000 classes."""
    architecture = IN_PADDLECLAS.get(name, name)
    build = getattr(paddleclas, architecture)
    with paddle.utils.unique_name.guard():
        net = build(pretrained=False, class_num=1000)
    url = importlib.import_module(build.__module__).MODEL_URLS[architecture]
    return ModelEntry(
        name=name,
        task=Task.CLASSIFICATION,
        suite="clas",
        architecture=architecture,
        parameters=trained(net),
        gflops=round(paddle.flops(net, [1, 3, _SIZE, _SIZE]) / 1e9, 3),
        weights=weights(name, url),
        input_sizes=INPUT_SIZES.get(family, []),
        family=family,
    )


def weights(name: str, url: str | None) -> list[Weights]:
    """Published weights; paddleclas itself finds distilled ones by this change of the address."""
    published = [Weights(name="imagenet", url=url)] if url else []
    if url and name in SSLD:
        distilled = url.replace("_pretrained", "_ssld_pretrained")
        published.append(Weights(name="ssld", url=distilled))
    return published


def trained(net: paddle.nn.Layer) -> int:
    """Parameters that training changes; older layers count running statistics among theirs."""
    named = net.named_parameters()
    return sum(int(p.size) for n, p in named if not n.endswith(("._mean", "._variance")))


def main() -> None:
    """Write the file."""
    wanted = sys.argv[1:] or [*FAMILIES]
    there = {one.name: one for one in list_models(Task.CLASSIFICATION)}
    entries = [
        entry(family, name) if family in wanted else there[name]
        for family, names in FAMILIES.items()
        for name in names
        if family in wanted or name in there
    ]
    folder = Path(str(resources.files("paddlex_nb.catalogue"))) / "entries"
    path = folder / f"{Task.CLASSIFICATION}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n")
    sys.stderr.write(f"{len(entries)} models in {path}\n")


if __name__ == "__main__":
    main()
