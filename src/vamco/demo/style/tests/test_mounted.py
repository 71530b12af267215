"""The style guide stands in a demonstration, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import RequestFactory
from django.utils import translation

from vamco.demo.style import pages

ASK = """
import django; django.setup()
from django.urls import Resolver404, resolve
try:
    print(resolve("/style/table").view_name)
except Resolver404:
    print("missing")
"""


@pytest.mark.parametrize(("demo", "found"), [("true", "style:table"), ("false", "missing")])
def test_only_a_demonstration_shows_the_style_guide(demo: str, found: str) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "vamco.config.settings", "VAMCO_DEMO": demo}
    asked = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == found


def test_the_palette_finds_the_guide() -> None:
    request = RequestFactory().get("/")
    with translation.override("vi"):
        assert [command.url for command in pages.commands(request, "giao dien")] == ["/style"]  # type: ignore[arg-type]
        assert [command.url for command in pages.commands(request, "bieu mau")] == ["/style/form"]  # type: ignore[arg-type]
        assert pages.commands(request, "") == []  # type: ignore[arg-type]
