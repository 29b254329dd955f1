"""Two runs on your own images, compared: import, fix, split, train, evaluate, predict, export.

python compare_runs.py FOLDER [--workspace DIR] [--out DIR] [--models A B] [--epochs N]

On a Ctrl-C while it waits, a job goes on: the message says how to come back to it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from paddlex_nb import Run, UserError, Workspace


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="images, such as one folder a class")
    parser.add_argument("--workspace", type=Path, default=Path("workspace"))
    parser.add_argument("--out", type=Path, default=Path("report"))
    parser.add_argument("--models", nargs=2, default=["PPLCNet_x0_25", "ResNet18_vd"])
    parser.add_argument("--epochs", type=int, default=20)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)

    # import: every image is checked; a progress bar shows how far it is
    workspace = Workspace(chosen.workspace)
    dataset = workspace.import_dataset(chosen.folder)
    print(dataset)
    print(dataset.findings())

    # fix what can be fixed: your own files stay as they are, and edits.undo() takes it back
    for code, fix in dataset.edits.fixes().items():
        print(f"{code}: {fix.message}")
        dataset.edits.fix(code)

    # split: alike in every class, copies on one side
    print(dataset.split(train=0.6, val=0.2, test=0.2, seed=0).splits)
    dataset.plot("classes").savefig(chosen.out / "classes.png")

    # train one model and watch it yourself ...
    first, second = chosen.models
    job = workspace.train(dataset, first, epochs=chosen.epochs, wait=False)
    for event in job.run.watch():
        print(f"\r{type(event).__name__:<12}", end="", flush=True)
    runs = [job.result()]

    # ... and the other one the short way: epoch, loss, metric and time left are shown
    runs.append(workspace.train(dataset, second, epochs=chosen.epochs, learning_rate=0.02))

    # compare them: parameters that differ, curves, and the same validation images
    for run in runs:
        run.evaluate("val")
    comparison = workspace.compare(runs)
    print(comparison)
    print(comparison.to_pandas()[["model", "metric", "best", "best_epoch", "seconds"]])
    print(comparison.differences_to_pandas())
    comparison.plot().savefig(chosen.out / "comparison.png")
    best = max(runs, key=score)
    best.plot().savefig(chosen.out / "curves.png")

    # evaluate the better one where neither was judged before
    evaluation = best.evaluate("test")
    print(evaluation)
    evaluation.to_pandas().to_csv(chosen.out / "classes.csv")
    evaluation.plot(normalize="true").savefig(chosen.out / "confusion_matrix.png")

    # predict: every image has a typed entry, which can be drawn
    predictions = best.predict(sorted(chosen.folder.rglob("*.jpg"))[:4])
    for prediction in predictions:
        print(prediction)
    Image.fromarray(predictions[0].draw()).save(chosen.out / "prediction.png")

    # export, and prove that what was exported computes the same
    try:
        export = best.export("onnx", chosen.out / "onnx")
    except UserError as error:
        print(f"{error}")
        export = best.export("inference", chosen.out / "inference")
    print(export)
    print(f"{export.latency_ms:.1f} ms an image, off by {export.parity:.1e} at most")


def score(run: Run) -> float:
    found = run.summary.best
    return 0.0 if found is None or found.value is None else found.value


if __name__ == "__main__":
    main()
