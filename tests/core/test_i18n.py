"""The catalogue is complete, in both languages, and used with the keys it has."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import msgspec
import pytest

import paddlex_nb
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import LANGUAGES, Message, language, set_language, tr
from paddlex_nb.data.store.records import split_name

PACKAGE = Path(paddlex_nb.__file__).parent
ROOMS = sorted(p.stem for p in (PACKAGE / "locale" / "en").glob("*.json"))


def catalogue(code: str, room: str) -> dict[str, str]:
    text = (PACKAGE / "locale" / code / f"{room}.json").read_text(encoding="utf-8")
    pairs: list[tuple[str, str]] = json.loads(text, object_pairs_hook=list)
    assert len(dict(pairs)) == len(pairs), "a key stands there twice"
    return dict(pairs)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


COUNTED = (
    "images|classes|objects|files|masks|epochs|steps|jobs|runs|lines|points|tensors|folders|"
    "annotations|polygons|boxes|paths|errors|warnings|changes|minutes|frames|duplicates|cores|"
    "folds|models|GPUs|findings"
)
"""What texts count."""

NEVER_ONE = {
    "cli.step",  # images a second
    "data.archive_files",
    "data.too_many_classes",
    "data.too_many_classes_named",
    "export.out_used",  # "{out} contains files"
    "findings.class_imbalance",
    "findings.multiple_frames",
    "hosts.threads_few",
    "jobs.elsewhere",  # "the job {job} runs"
    "judging.never_pixels",
    "wizard.split.folds.some",
}
"""Texts with a plural behind a placeholder that is never one, or no count."""


@pytest.mark.parametrize("room", ROOMS)
def test_a_word_agrees_with_the_count_before_it(room: str) -> None:
    bare = re.compile(rf"\{{\w+\}}(?: [a-z-]+)? (?:{COUNTED})\b|\((?:s|es)\)")
    texts = catalogue("en", room)
    assert {key for key in texts if bare.search(texts[key])} - NEVER_ONE == set()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_placeholders_are_written_in_a_known_way(room: str, code: str) -> None:
    for key, text in catalogue(code, room).items():
        for _, name, spec, conversion in string.Formatter().parse(text):
            assert name is None or name.isidentifier(), key
            known = not spec or spec in {"and", "or", "lower"} or spec.count("|") == 1
            assert known, key
            assert conversion is None, key


@pytest.mark.parametrize("room", ROOMS)
def test_texts_have_the_words_of_the_field(room: str) -> None:
    unwanted = re.compile(r"\b(?:mends?|mended|learnt|pictures?|whole number, ≥)\b|图片|物体")
    texts = [*catalogue("en", room).items(), *catalogue("zh_CN", room).items()]
    assert [key for key, text in texts if unwanted.search(text)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_chinese_is_punctuated_as_chinese(room: str) -> None:
    halfwidth = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?:$|\s)")
    texts = catalogue("zh_CN", room).items()
    assert [key for key, text in texts if halfwidth.search(text)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_have_the_same_keys_and_placeholders(room: str) -> None:
    english, chinese = catalogue("en", room), catalogue("zh_CN", room)
    assert english.keys() == chinese.keys()
    assert all(key.startswith(f"{room}.") for key in english)
    assert all(text.strip() for text in [*english.values(), *chinese.values()])
    different = [k for k in english if placeholders(english[k]) != placeholders(chinese[k])]
    assert different == []


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    known = {key for room in ROOMS for key in catalogue("en", room)}
    pattern = re.compile(rf"""["']((?:{"|".join(ROOMS)})\.[a-z0-9_.]*[a-z0-9])["']""")
    used = {
        (key, path.name)
        for path in PACKAGE.rglob("*.py")
        for key in pattern.findall(path.read_text(encoding="utf-8"))
        if path.name != "__init__.py" or key.startswith("cli")
        if not key.endswith((".json", ".jsonl", ".py", ".txt", ".csv", ".yml", ".arrow"))
    }
    assert len(used) > 100
    assert sorted(pair for pair in used if pair[0] not in known) == []


def test_a_message_is_read_in_either_language() -> None:
    message = Message("core.file_missing", {"path": "<b>x</b>"})
    assert message.text("en") == "The file <b>x</b> does not exist: check the path."
    assert "文件 <b>x</b> 不存在" in message.text("zh_CN")


def test_an_unknown_key_shows_and_does_not_crash() -> None:
    assert tr("core.no_such_text") == "core.no_such_text"


def test_only_known_languages_can_be_set() -> None:
    before = language()
    with pytest.raises(ValueError, match="fr"):
        set_language("fr")
    for code in LANGUAGES:
        set_language(code)
        assert language() == code
    set_language(before)


def test_a_message_within_a_message_survives_the_disk() -> None:
    said = Message("training.empty_split", {"split": split_name("val")})
    read = msgspec.json.decode(msgspec.json.encode(said), type=Message)
    assert read.text("en") == said.text("en")
    assert read.text("en").startswith("The validation set")
    assert read.text("zh_CN").startswith("验证集中没有图像")


def test_an_error_read_back_from_the_disk_tells_its_inner_messages() -> None:
    inner = Message("data.alternatives", {"first": Message("formats.voc.rule"), "rest": "x"})
    said = Message("data.nothing_recognised", {"path": "p", "looked_for": inner, "seen": ""})
    read = msgspec.json.decode(msgspec.json.encode(said), type=Message)
    assert UserError(read.key, **read.values).message.text("en") == said.text("en")
    assert "{" not in str(UserError(read.key, **read.values))


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 image predicted."),
        ("1", "1 image predicted."),
        (0, "0 images predicted."),
        ("1,001", "1,001 images predicted."),
    ],
)
def test_a_word_is_chosen_by_the_count(count: object, said: str) -> None:
    assert tr("wizard.predict.found", language="en", images=count) == said


@pytest.mark.parametrize(
    ("names", "english", "chinese"),
    [
        ([], "none", "无"),
        (["a"], "a", "a"),
        (["a", "b", "c"], "a, b or c", "a、b 或 c"),
        ("a, b", "a, b", "a, b"),  # as written before lists were kept
    ],
)
def test_a_list_reads_as_one(names: object, english: str, chinese: str) -> None:
    message = Message("core.did_you_mean", {"near": names})
    assert message.text("en") == f"Did you mean {english}?"
    assert message.text("zh_CN") == f"您是否想输入：{chinese}？"


def test_a_list_survives_the_disk() -> None:
    known = ["a", Message("core.list.more", {"count": 3})]
    said = UserError("core.did_you_mean", near=known).message
    read = msgspec.json.decode(msgspec.json.encode(said), type=Message)
    assert read.text("en") == said.text("en") == "Did you mean a or 3 more?"
    assert "另外 3 项" in UserError(read.key, **read.values).message.text("zh_CN")


def test_a_label_within_a_sentence_loses_its_capital_unless_it_is_a_name() -> None:
    values = {"task": Message("data.task.detection"), "reason": "x"}
    for name, said in (("masks", "images and masks"), ("voc", "Pascal VOC"), ("csv", "CSV table")):
        message = Message("data.recognised.what", {**values, "format": Message(f"formats.{name}")})
        assert message.text("en") == f"Recognised as object detection, {said}. x."


def test_a_missing_value_shows_and_does_not_crash() -> None:
    assert tr("wizard.predict.found", language="en", other=1) == "{images} images predicted."
