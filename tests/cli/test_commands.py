"""The command line's contract: one JSON object, messages elsewhere, an exit status that is true."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from paddlex_nb.cli import main
from paddlex_nb.core.errors import UserError
from paddlex_nb.dataset import Dataset
from paddlex_nb.workspace import Workspace


@pytest.fixture
def call(sample_workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command with ``--json`` and gives status, object and messages."""

    def run(*words: str, workspace: Path = sample_workspace.path) -> tuple[int, Any, str]:
        status = main([*words, "--json", "--workspace", str(workspace)])
        said = capsys.readouterr()
        assert said.out.count("\n") == 1
        return status, json.loads(said.out), said.err

    return run


def test_small_objects_and_the_command_that_cuts_tiles(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for number in range(3):
        Image.new("RGB", (1600, 400), (0, 90 * number, 0)).save(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.txt").write_text("0 0.5 0.5 0.004 0.016\n0 0.2 0.5 0.004 0.016\n")
    (tmp_path / "classes.txt").write_text("bird")
    for options, words in (((), "dataset import --tile 640"), (("--lang", "zh_CN"), "--tile 640")):
        assert main(["dataset", "check", str(tmp_path), *options]) == 0
        said = capsys.readouterr().out
        assert words in said
        assert "→" in said


def test_dataset_import_check_split_stats(call: Any, tmp_path: Path) -> None:
    status, made, _ = call("sample", "classification", str(tmp_path / "fruit"), "--seed", "3")
    assert status == 0
    assert made["task"] == "classification"
    space = tmp_path / "w"
    status, imported, _ = call("dataset", "import", str(tmp_path / "fruit"), workspace=space)
    assert status == 0
    assert imported["id"] == "fruit"
    assert imported["images"] > 100
    assert len(imported["classes"]) >= 3
    assert imported["findings"] == {"error": 0, "warning": 0, "info": 0}
    words = ("--train", "0.7", "--val", "0.2", "--test", "0.1", "--seed", "0")
    status, counts, _ = call("dataset", "split", "fruit", *words, workspace=space)
    assert sum(counts["splits"].values()) == imported["images"]
    for split, total in counts["splits"].items():
        assert sum(by[split] for by in counts["classes"].values()) == total
    status, checked, _ = call("dataset", "check", "fruit", workspace=space)
    assert (status, checked["findings"]) == (0, [])
    recognised = checked["recognised"]
    assert recognised == imported["recognised"] | {"splits": counts["splits"]}
    assert (recognised["task"], recognised["format"]) == ("classification", "folders")
    assert sum(count["images"] for count in recognised["classes"].values()) == recognised["images"]
    assert not recognised["given"]
    status, stats, _ = call("dataset", "stats", "fruit", workspace=space)
    assert stats["images"] == imported["images"]
    out = str(tmp_path / "table")
    to = ("--format", "csv", "--out", out)
    status, written, _ = call("dataset", "export", "fruit", *to, workspace=space)
    assert status == 0
    assert written == {
        "format": "csv",
        "out": out,
        "images": written["images"],
        "files": written["images"] + 2,
        "lost": [],
    }
    status, listed, _ = call("dataset", "list", workspace=space)
    assert [d["id"] for d in listed["datasets"]] == ["fruit"]
    assert listed["datasets"][0]["runs"] == 0
    assert abs(listed["datasets"][0]["created"] - time.time()) < 600


def test_findings_have_code_severity_file_message_and_advice(call: Any, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    call("sample", "classification", str(folder))
    broken = min(p for p in folder.iterdir() if p.is_dir()) / "broken.jpg"
    broken.write_bytes(b"")
    status, checked, _ = call("dataset", "check", str(folder))
    assert status == 0
    (finding,) = checked["findings"]
    assert finding["code"] == "empty_file"
    assert finding["severity"] == "error"
    assert finding["file"] == str(broken.relative_to(folder))
    assert "broken.jpg" in finding["message"]
    assert finding["advice"]


def test_findings_of_one_kind_are_one_line_in_the_terminal(
    call: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "photos"
    call("sample", "classification", str(folder))
    for n in range(30):
        (folder / f"apple/broken{n:02}.jpg").write_bytes(b"")
    assert main(["dataset", "check", str(folder), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[0].startswith("Recognised as image classification, one folder per class. ")
    assert any(line.startswith("Classes: apple (") for line in lines)
    (line,) = [line for line in lines if "broken" in line]
    assert line.split()[:2] == ["error", "30"]
    assert line.count(".jpg") == 3
    assert main(["dataset", "check", str(folder), "--all", "--lang", "zh_CN"]) == 0
    assert capsys.readouterr().out.count("apple/broken") >= 30
    assert len(call("dataset", "check", str(folder))[1]["findings"]) == 30


def test_a_given_split_is_kept_unless_something_says_how_to_divide(
    call: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("sample", "classification", str(tmp_path / "s"))
    for image in sorted((tmp_path / "s").rglob("*.jpg")):
        number = int(image.stem.rpartition("_")[2])
        place = tmp_path / "fruit" / ("val" if number % 3 == 0 else "train") / image.parent.name
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(image, place)
    space = tmp_path / "w"
    imported = call("dataset", "import", str(tmp_path / "fruit"), workspace=space)[1]
    given = imported["recognised"]["splits"]
    assert imported["recognised"]["given"]
    status, kept, _ = call("dataset", "split", "fruit", workspace=space)
    assert (status, kept["splits"], kept["given"]) == (0, given, True)
    assert main(["dataset", "split", "fruit", "--workspace", str(space), "--lang", "en"]) == 0
    assert "its own split, which is kept" in capsys.readouterr().out
    with pytest.raises(UserError, match="its own split"):
        Workspace(space).dataset("fruit").split()
    assert main(["dataset", "split", "fruit", "--seed", "0", "--workspace", str(space)]) == 0
    assert "--given` restores it" in capsys.readouterr().out
    assert call("dataset", "check", "fruit", workspace=space)[1]["recognised"]["given"] is False
    assert call("dataset", "split", "fruit", "--given", workspace=space)[1]["splits"] == given


def test_a_split_of_ones_own_is_kept_unless_something_says_how_to_divide(
    call: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    space = tmp_path / "w"
    call("sample", "classification", str(tmp_path / "fruit"))
    call("dataset", "import", str(tmp_path / "fruit"), workspace=space)
    assert call("dataset", "split", "fruit", workspace=space)[1]["kept"] is False  # is as it was
    shares = ("--train", "0.5", "--val", "0.5")
    own = call("dataset", "split", "fruit", *shares, workspace=space)[1]["splits"]
    assert own["test"] == 0
    status, kept, _ = call("dataset", "split", "fruit", workspace=space)
    assert (status, kept["splits"], kept["kept"], kept["given"]) == (0, own, True, False)
    assert main(["dataset", "split", "fruit", "--workspace", str(space), "--lang", "en"]) == 0
    assert "this split is kept" in capsys.readouterr().out
    dataset = Workspace(space).dataset("fruit")
    with pytest.raises(UserError, match="already split in another way"):
        dataset.split()
    assert dataset.split(seed=0).splits != own
    dataset.move_to_split([0], "test" if dataset.counts().splits["test"] else "val")
    with pytest.raises(UserError, match="already split in another way"):
        dataset.split()  # what was moved by hand would be lost


def test_what_is_not_clear_is_refused_with_the_options_that_say_it(
    call: Any, tmp_path: Path
) -> None:
    call("sample", "classification", str(tmp_path / "set"))
    (tmp_path / "set/apple").rename(tmp_path / "set/depth")
    space = tmp_path / "w"
    status, answer, messages = call("dataset", "import", str(tmp_path / "set"), workspace=space)
    assert (status, answer["error"]["code"]) == (1, "data.doubtful")
    assert "the folder depth" in messages
    assert "--task classification --format folders" in messages
    assert call("dataset", "list", workspace=space)[1] == {
        "datasets": [],
        "damaged": [],
        "unfinished": [],
    }
    words = ("dataset", "import", str(tmp_path / "set"), "--format", "folders")
    status, imported, _ = call(*words, workspace=space)
    assert (status, "depth" in imported["classes"]) == (0, True)


def test_a_folder_is_checked_in_a_named_encoding(call: Any, tmp_path: Path) -> None:
    call("sample", "classification", str(tmp_path / "s"))
    folder = tmp_path / "set"
    folder.mkdir()
    lines = []
    for number, image in enumerate(sorted((tmp_path / "s").rglob("*.jpg"))[:8]):
        name = f"蘋果_{number}.jpg"  # in Big5 it is valid GBK, too
        image.rename(folder / name)
        lines.append(f"{name} {number % 2}\n")
    (folder / "train_list.txt").write_text("".join(lines), "big5")

    def missing(*options: str) -> int:
        status, checked, _ = call("dataset", "check", str(folder), "--format", "lists", *options)
        assert status == 0
        return sum(finding["code"] == "missing_image" for finding in checked["findings"])

    assert missing() == 8
    assert missing("--encoding", "big5") == 0


@pytest.mark.parametrize("task", ["detection", "segmentation", "instance_segmentation"])
def test_samples_of_the_other_tasks_are_written_and_imported(
    call: Any, tmp_path: Path, task: str
) -> None:
    assert call("sample", task, str(tmp_path / "s"))[0] == 0
    status, imported, _ = call(
        "dataset", "import", str(tmp_path / "s"), "--task", task, workspace=tmp_path / "w"
    )
    assert status == 0
    assert imported["task"] == task


def test_train_follow_stop_resume_and_logs(call: Any, sample: Dataset) -> None:
    words = ("--model", "fake", "--epochs", "2", "--set", "batch_size=16", "--follow")
    status, run, messages = call("train", sample.id, *words)
    assert status == 0
    assert run["status"] == "done"
    assert set(run["best"]) == {"metric", "value", "epoch"}
    assert "epoch 2/2" in messages
    status, listed, _ = call("runs")
    mine = next(r for r in listed["runs"] if r["run"] == run["run"])
    assert mine["status"] == "done"
    assert mine["epoch"] == mine["epochs"] == 2
    assert call("stop", run["run"])[0] == 1
    status, _, _ = call("resume", run["run"], "--epochs", "3", "--follow")
    assert status == 0
    assert call("runs")[1]["runs"][0]["epoch"] == 3
    status, log, _ = call("logs", run["run"])
    assert status == 0
    assert log["run"] == run["run"]


def test_models_are_listed(call: Any) -> None:
    _, listed, _ = call("models", "--task", "classification")
    names = {m["name"] for m in listed["models"]}
    assert {"PPLCNet_x0_25", "MobileNetV2_x1_0", "MobileNetV3_small_x1_0", "ResNet50_vd"} <= names
    assert {"PPHGNet_small", "PPHGNet_tiny", "PPLCNet_x1_0", "ResNet18_vd"} <= names
    assert "fake" not in names
    for m in listed["models"]:
        assert m["suite"] == "clas"
        assert m["parameters"] > 100_000


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        (("dataset", "import", "/no/such/folder"), 1, "/no/such/folder"),
        (("dataset", "split", "nothing"), 1, "nothing"),
        (("dataset", "split", "SAMPLE", "--train", "0.9", "--val", "0.2"), 1, "add up"),
        (("dataset", "split", "SAMPLE", "--given"), 1, "without a split"),
        (("dataset", "import", "/", "--task", "painting"), 1, "painting"),
        (("dataset", "import", "/", "--encoding", "klingon"), 1, "klingon"),
        (("dataset", "check", "/", "--encoding", "klingon"), 1, "klingon"),
        (("train", "SAMPLE", "--model", "ResNet5000"), 1, "ResNet5000"),
        (("train", "SAMPLE", "--model", "fake", "--set", "learning_rate=-1"), 1, "Learning rate"),
        (("train", "SAMPLE", "--model", "fake", "--set", "input_size=abc"), 1, "Input size"),
        (("train", "SAMPLE", "--model", "fake", "--set", "colour=red"), 1, "colour"),
        (("train", "SAMPLE", "--model", "fake", "--set", "epochs"), 2, "epochs"),
        (("train", "SAMPLE", "--model", "fake", "--weights", "/no/such.pdparams"), 1, "no/such"),
        (("evaluate", "nothing"), 1, "nothing"),
        (("train",), 2, "ID"),
        (("fly",), 2, "fly"),
        (("train", "x", "--colour", "red"), 2, "--colour"),
    ],
)
def test_bad_input_is_one_sentence(
    call: Any, sample: Dataset, words: tuple[str, ...], status: int, part: str
) -> None:
    runs = call("runs")[1]
    got, answer, messages = call(*(sample.id if w == "SAMPLE" else w for w in words))
    assert got == status
    assert part in answer["error"]["message"]
    assert answer["error"]["code"]
    assert "Traceback" not in messages
    assert len(messages.strip().splitlines()) <= 2
    assert call("runs")[1] == runs


def test_bad_input_in_chinese(
    sample_workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["dataset", "split", "没有", "--lang", "zh_CN", "--workspace"]
    assert main([*words, str(sample_workspace.path)]) == 1
    assert "没有数据集“没有”" in capsys.readouterr().err


def test_one_class_and_unreadable_images_are_said(call: Any, tmp_path: Path) -> None:
    one = tmp_path / "one"
    call("sample", "classification", str(tmp_path / "s"))
    (one / "only").mkdir(parents=True)
    source = min(p for p in (tmp_path / "s").iterdir() if p.is_dir())
    for file in sorted(source.iterdir())[:3]:
        (one / "only" / file.name).write_bytes(file.read_bytes())
    status, answer, _ = call("dataset", "import", str(one), workspace=tmp_path / "w1")
    assert (status == 1 and "class" in answer["error"]["message"]) or answer["findings"]["error"]
    broken = tmp_path / "broken"
    for name in ("a", "b"):
        (broken / name).mkdir(parents=True)
        (broken / name / "1.jpg").write_bytes(b"not an image")
    status, answer, _ = call("dataset", "import", str(broken), workspace=tmp_path / "w2")
    assert status == 1
    assert answer["error"]["message"]


def test_a_workspace_without_permission_is_said(call: Any, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    # root may write everywhere but there
    place = locked / "w" if os.geteuid() else Path("/sys/w")
    status, answer, _ = call("runs", workspace=place)
    assert status == 1
    assert str(place.parent) in answer["error"]["message"]
    assert answer["error"]["code"] == "core.no_permission"


def test_disk_space_is_told_by_item(call: Any, tmp_path: Path) -> None:
    space = tmp_path / "w"
    call("sample", "classification", str(tmp_path / "fruit"))
    call("dataset", "import", str(tmp_path / "fruit"), workspace=space)
    status, told, _ = call("disk", workspace=space)
    assert status == 0
    (size,) = told["datasets"].values()
    assert told["total"] >= size > 10_000
    assert told["runs"] == {}


def test_help_shows_fixes_and_hides_their_former_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["dataset", "--help"]) == 0
    shown = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert {"fixes", "fix"} <= shown
    assert not {"mends", "mend"} & shown


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["trian", "fruit"], "cli.usage.command", "Did you mean train?"),
        (["dataset", "fixs", "fruit"], "cli.usage.command", "fix"),
        (["train", "fruit", "--epoch", "1"], "cli.usage.option_near", "--epochs"),
        (["models", "--task", "detect"], "workspace.no_such_task", "Did you mean detection?"),
        (["runs", "show", "nothing"], "workspace.no_such_run", "There are none yet"),
        (["dataset", "check", "{fruit}", "--format", "pascal"], "data.format_unknown", "mean voc?"),
    ],
)
def test_an_unknown_name_is_answered_by_the_nearest(
    call: Any, tmp_path: Path, words: list[str], code: str, said: str
) -> None:
    fruit = tmp_path / "fruit"
    call("sample", "classification", str(fruit))
    status, answer, _ = call(
        *(w.format(fruit=fruit) for w in words), "--lang", "en", workspace=tmp_path / "w"
    )
    assert status != 0
    assert answer["error"]["code"] == code
    assert said in answer["error"]["message"]


def test_findings_are_fixed_and_taken_back(call: Any, tmp_path: Path) -> None:
    space, source = tmp_path / "w", tmp_path / "fruit"
    call("sample", "classification", str(source))
    image = next((source / "apple").glob("*.jpg"))
    shutil.copy(image, source / "apple/copy.jpg")
    images = call("dataset", "import", str(source), workspace=space)[1]["images"]
    status, offered, _ = call("dataset", "fixes", "fruit", workspace=space)
    assert status == 0
    (fix,) = offered["fixes"]
    assert (fix["code"], fix["count"], fix["change"]) == ("exact_duplicate", 1, None)
    # scripts that were written with the former names go on working
    assert call("dataset", "mends", "fruit", workspace=space)[1] == {"mends": [fix]}
    status, made, _ = call("dataset", "fix", "fruit", "exact_duplicate", workspace=space)
    assert (status, made["images"]) == (0, images - 1)
    assert [c["kind"] for c in made["changes"]] == ["exclude"]
    status, _, _ = call("dataset", "mend", "fruit", "exact_duplicate", workspace=space)
    assert status == 1
    status, undone, _ = call("dataset", "undo", "fruit", workspace=space)
    assert (status, undone["images"], undone["changes"]) == (0, images, [])
    assert call("dataset", "changes", "fruit", workspace=space)[1]["changes"] == []


def test_new_images_are_taken_in(
    call: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    space, source = tmp_path / "w", tmp_path / "fruit"
    call("sample", "classification", str(source))
    images = call("dataset", "import", str(source), workspace=space)[1]["images"]
    first, second = sorted((source / "apple").glob("*.jpg"))[:2]
    shutil.copy(first, source / "apple/new.jpg")
    second.unlink()
    status, updated, _ = call("dataset", "update", "fruit", workspace=space)
    assert (status, updated["added"], updated["lost"], updated["images"]) == (0, 1, 1, images)
    assert (updated["classes_added"], updated["classes_emptied"]) == ([], [])
    assert sum(updated["splits"].values()) == sum(updated["splits_before"].values()) == images
    shutil.copytree(source / "apple", source / "quince", ignore=lambda *_: ["new.jpg"])
    shutil.rmtree(source / "banana")
    assert main(["dataset", "update", "fruit", "--workspace", str(space), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "New classes: quince. Classes without images now: banana." in said
    assert re.search(r"Split: training \d+ → \d+, validation \d+ → \d+, test \d+ → \d+\.", said)


def test_labels_are_corrected(
    call: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    space = tmp_path / "w"
    call("sample", "classification", str(tmp_path / "fruit"))
    call("dataset", "import", str(tmp_path / "fruit"), workspace=space)
    first, second = sorted(p.name for p in (tmp_path / "fruit").iterdir() if p.is_dir())[:2]
    total = call("dataset", "list", workspace=space)[1]["datasets"][0]["images"]
    of_first = len(list((tmp_path / "fruit" / first).iterdir()))
    status, made, _ = call("dataset", "exclude", "fruit", f"{first}/*", workspace=space)
    assert (status, made["images"]) == (0, total - of_first)
    assert main(["dataset", "changes", "fruit", "--workspace", str(space)]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["change", "time", "description"]  # no code: it fixes no finding
    when = datetime.fromtimestamp(made["changes"][0]["when"]).strftime("%Y-%m-%d %H:%M")  # noqa: DTZ006
    assert line.split(maxsplit=3)[:3] == ["1", *when.split()]
    image = min(p.name for p in (tmp_path / "fruit" / first).iterdir())
    status, made, _ = call("dataset", "include", "fruit", f"{first}/{image}", workspace=space)
    assert (status, made["images"]) == (0, total - of_first + 1)
    words = ("dataset", "set-class", "fruit", second, f"{first}/{image}")
    status, made, _ = call(*words, workspace=space)
    (change,) = made["changes"]
    assert change["kind"] == "set_class"
    assert change["message"] == f"Class changed to {second}: {first}/{image}"
    before = call("dataset", "stats", "fruit", workspace=space)[1]["classes"][second]
    mine = (f"{second}/*", f"{first}/{image}")
    status, moved, _ = call("dataset", "move", "fruit", "test", *mine, workspace=space)
    assert (status, moved["moved"]) == (0, before["train"] + before["val"])
    assert call("dataset", "move", "fruit", "tset", f"{second}/*", workspace=space)[0] == 1
    assert call("dataset", "exclude", "fruit", "nothing/*", workspace=space)[0] == 1
    for _ in range(3):
        status, left, _ = call("dataset", "undo", "fruit", workspace=space)
    assert (left["changes"], left["images"]) == ([], total)


def test_a_root_of_the_web_app_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing"
    words = ["app", "--root", str(missing), "--workspace", str(tmp_path / "w"), "--lang", "en"]
    assert main(words) != 0
    assert f"{missing} is not a folder" in capsys.readouterr().err


def test_a_data_set_whose_folder_was_moved_is_pointed_to_it(call: Any, tmp_path: Path) -> None:
    space = tmp_path / "w"
    call("sample", "classification", str(tmp_path / "fruit"))
    call("dataset", "import", str(tmp_path / "fruit"), workspace=space)
    call("dataset", "split", "fruit", "--seed", "4", workspace=space)
    before = (space / "datasets/fruit/splits.json").read_bytes()
    (tmp_path / "fruit").rename(tmp_path / "elsewhere")
    _, answer, _ = call("dataset", "check", "fruit", workspace=space)
    assert f"not in {tmp_path / 'fruit'}" in answer["away"]
    status, _, said = call("train", "fruit", workspace=space)
    assert (status, call("runs", workspace=space)[1]["runs"]) == (1, [])  # it could only fail
    assert "relocate" in said
    (tmp_path / "empty").mkdir()
    status, _, said = call("dataset", "relocate", "fruit", str(tmp_path / "empty"), workspace=space)
    assert status == 1
    assert "Only 0 of" in said
    place = str(tmp_path / "elsewhere")
    status, answer, _ = call("dataset", "relocate", "fruit", place, workspace=space)
    assert (status, answer["root"], answer["missing"]) == (0, place, [])
    assert (space / "datasets/fruit/splits.json").read_bytes() == before
