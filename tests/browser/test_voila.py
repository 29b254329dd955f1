"""The whole road in Voila, in English and Chinese, with real training."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from browser.road import Road
from browser.servers import Server
from browser.walk import NOTEBOOK, Shoot, walk, workspace_of

pytestmark = pytest.mark.browser

KEEP_ALIVE = {"PADDLEX_NB_KEEP_ALIVE": "20"}
"""A prediction is done by the process of the evaluation, as for a user."""


def test_the_road_in_voila_in_english(
    page: Page, voila_server: Callable[..., Server], shoot: Shoot
) -> None:
    server = voila_server(NOTEBOOK, environment={"CASE": "en", **KEEP_ALIVE})
    page.goto(server.url)
    walk(Road(page, "en"), shoot, "voila-en", workspace_of(server), input_size=64)
    run = workspace_of(server).runs()[0]
    assert run.record.params["epochs"] == 3
    assert run.record.params["batch_size"] == 16


def test_the_road_in_voila_in_chinese(
    page: Page, voila_server: Callable[..., Server], shoot: Shoot
) -> None:
    server = voila_server(NOTEBOOK, environment={"CASE": "zh", **KEEP_ALIVE})
    page.goto(server.url)
    walk(Road(page, "zh_CN"), shoot, "voila-zh", workspace_of(server), input_size=32)
    assert workspace_of(server).runs()[0].record.params["input_size"] == 32
