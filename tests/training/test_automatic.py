"""Starting weights that nobody named: published ones where a server or the cache has them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from weights_server import Server, entry

from paddlex_nb.catalogue.models import list_models, model
from paddlex_nb.core.i18n import LANGUAGES
from paddlex_nb.core.task import Task
from paddlex_nb.hosts.processor import Gpu, Machine
from paddlex_nb.planning.default_model import default_model
from paddlex_nb.planning.facts import DatasetFacts
from paddlex_nb.planning.plan import plan
from paddlex_nb.weights import reachable as asking
from paddlex_nb.weights.automatic import automatic, by_hand
from paddlex_nb.weights.cache import cached_file
from paddlex_nb.workspace import Workspace


@pytest.fixture(autouse=True)
def _online(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PADDLEX_NB_OFFLINE")
    monkeypatch.setenv("PADDLEX_NB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(asking, "_answers", {})
    monkeypatch.setattr(asking, "_asking", {})


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_what_a_server_has_is_taken_and_the_server_asked_once(server: Server) -> None:
    for _ in range(3):
        chosen = automatic(entry(server.url))
    assert (chosen.weights, chosen.certain) == ("imagenet", True)
    assert chosen.reason.key == "weights.auto.fetched"
    assert server.heads == 2  # one for each file
    assert server.asked == []  # nothing was downloaded


def test_what_is_here_is_taken_without_a_word_to_the_server(server: Server) -> None:
    here = cached_file(server.url)
    here.parent.mkdir(parents=True)
    here.write_bytes(b"weights")
    chosen = automatic(entry(server.url))
    assert (chosen.weights, chosen.reason.key) == ("imagenet", "weights.auto.here")
    assert server.heads == 0


def test_what_a_server_refuses_is_not_taken(server: Server) -> None:
    server.status = 404
    chosen = automatic(entry(server.url))
    assert (chosen.weights, chosen.reason.key) == ("none", "weights.auto.unreachable")
    remedy = by_hand(chosen.reason)
    assert remedy is not None
    assert server.url in remedy.text()


def test_without_a_network_weights_are_random(server: Server) -> None:
    server.close()
    chosen = automatic(entry(server.url))
    assert (chosen.weights, chosen.reason.key) == ("none", "weights.auto.unreachable")


def test_a_machine_that_is_said_to_be_offline_asks_nobody(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PADDLEX_NB_OFFLINE", "1")
    assert automatic(entry(server.url)).weights == "none"
    assert server.heads == 0


def test_who_does_not_wait_learns_it_later(server: Server) -> None:
    server.silent = threading.Event()
    begin = time.monotonic()
    chosen = automatic(entry(server.url), patience=0)
    assert time.monotonic() - begin < asking.PATIENCE
    assert (chosen.weights, chosen.certain) == ("none", False)
    assert chosen.reason.key == "weights.auto.asking"
    server.silent.set()
    while not (chosen := automatic(entry(server.url), patience=0)).certain:
        time.sleep(0.01)
    assert chosen.weights == "imagenet"


def test_an_old_answer_holds_until_there_is_a_new_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert automatic(entry(server.url)).weights == "imagenet"
    monkeypatch.setattr(asking, "_REMEMBERED", 0.0)
    server.status = 404
    server.silent = threading.Event()
    assert automatic(entry(server.url), patience=0).weights == "imagenet"
    server.silent.set()
    assert automatic(entry(server.url)).weights == "none", "who waits has the new one"


def test_a_server_that_says_nothing_is_not_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.2)
    server.silent = threading.Event()
    chosen = automatic(entry(server.url), patience=0.2)
    assert (chosen.weights, chosen.certain) == ("none", True)
    server.silent.set()


def test_a_run_says_which_weights_were_chosen_and_why(
    sample_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = sample_workspace.datasets()[0]
    monkeypatch.setenv("PADDLEX_NB_OFFLINE", "1")
    without = plan(dataset.folder, "ResNet18_vd")
    assert without.weights == "none"
    assert without.chosen is not None
    assert without.chosen.reason.key == "weights.auto.unreachable"
    named = plan(dataset.folder, "ResNet18_vd", weights="imagenet")
    assert (named.weights, named.chosen) == ("imagenet", None)
    # what is recommended goes by what training starts from
    assert named.params["learning_rate"] != without.params["learning_rate"]


@pytest.mark.parametrize("gpus", [0, 1])
@pytest.mark.parametrize("task", list(Task))
def test_the_model_that_is_recommended_has_published_weights(task: Task, gpus: int) -> None:
    gpu = Gpu(name="a", memory_total=1 << 34, memory_free=1 << 34)
    here = Machine(
        processor="", cores=2, memory_total=1 << 34, memory_free=1 << 34, gpus=[gpu] * gpus
    )
    facts = DatasetFacts(task=task, classes=3, train=100, val=20)
    assert default_model(facts, here).weights


def test_weights_for_the_backbone_alone_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paddlex_nb.weights.automatic.reachable", lambda *_: True)
    chosen = automatic(model("MaskRCNN_light"))
    assert chosen.weights == "imagenet"
    for language in LANGUAGES:
        said = chosen.reason.text(language)
        assert "MaskRCNN_light" in said
        assert ("backbone" in said) is (language == "en")


def test_weights_of_a_part_name_a_part_that_models_have() -> None:
    parts = {(e.suite, w.part) for e in list_models() for w in e.weights if w.part}
    assert parts == {("det", "backbone"), ("seg", "backbone")}
