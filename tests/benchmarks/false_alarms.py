"""Warnings on sound data sets: how many images get one, by what is said of them.

Every real data set of the folder of test data is imported as it lies; those that are broken or odd
on purpose are left out. Whoever runs it looks at the images that are named and judges: less than
1 % of all images may get a warning that a person would not agree with. Arguments: further folders
to import, and ``--list`` to name the images.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from paddlex_nb import Workspace
from paddlex_nb.core.severity import Severity
from paddlex_nb.data.store.current import base_index

DATA = Path(os.environ.get("PADDLEX_NB_TEST_DATA", "../shared/data"))
KINDS = {
    "classification": "classification",
    "detection": "detection",
    "segmentation": "segmentation",
    "instance": "instance_segmentation",
}
"""Folders of sound data sets, and their tasks."""


def sets() -> Iterator[tuple[Path, str]]:
    """The sound data sets, told by their READMEs, and their tasks."""
    for kind, task in KINDS.items():
        for readme in sorted((DATA / kind).glob("*/README.md")):
            yield readme.parent, task


def measure(workspace: Workspace, source: Path, task: str | None, *, names: bool) -> Counter[str]:
    """Import a data set and print what its images are warned of; how many images are so."""
    dataset = workspace.import_dataset(source, task=task, progress=False)
    grave = [f for f in dataset.findings() if f.severity in (Severity.ERROR, Severity.WARNING)]
    known = set(base_index(dataset.folder).images["path"].to_pylist())
    images = {f.image for f in grave if f.image in known}
    total = dataset.record.images
    share = 100 * len(images) / total
    print(f"| {source.name} | {total} | {len(images)} | {share:.2f} % |", end="")
    by_code: Counter[str] = Counter()
    for code in {f.code for f in grave}:
        by_code[code] = len({f.image for f in grave if f.code == code and f.image in known})
    print(" " + ", ".join(f"{code} {count}" for code, count in by_code.most_common()) + " |")
    if names:
        for finding in grave:
            print(f"    {finding.code}: {finding.file} {finding.place} {finding.values}")
    return Counter(images=total, warned=len(images))


def main() -> None:
    """Print a line a data set, and the sum."""
    names = "--list" in sys.argv
    further = [(Path(a).absolute(), None) for a in sys.argv[1:] if not a.startswith("--")]
    sums: Counter[str] = Counter()
    print("| set | images | with a warning | share | of what |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="false-alarms-") as folder:
        for source, task in [*sets(), *further]:
            sums += measure(Workspace(folder), source, task, names=names)
    share = 100 * sums["warned"] / max(1, sums["images"])
    print(f"| all | {sums['images']} | {sums['warned']} | {share:.2f} % | |")


if __name__ == "__main__":
    main()
