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
    assert message.text("en") == "There is no file <b>x</b>: check the path."
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
    assert read.text("en").startswith("The val split")
    assert read.text("zh_CN").startswith("验证集中没有图片")


def test_an_error_read_back_from_the_disk_tells_its_inner_messages() -> None:
    inner = Message("data.alternatives", {"first": Message("formats.voc.rule"), "rest": "x"})
    said = Message("data.nothing_recognised", {"path": "p", "looked_for": inner, "seen": ""})
    read = msgspec.json.decode(msgspec.json.encode(said), type=Message)
    assert UserError(read.key, **read.values).message.text("en") == said.text("en")
    assert "{" not in str(UserError(read.key, **read.values))
