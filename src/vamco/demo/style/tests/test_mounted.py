"""The style guide stands in a demonstration, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from vamco.systems.desk.tests import made

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


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["giao dien", "Hướng dẫn giao diện", "style guide", "bieu mau"])
def test_nobody_is_led_to_what_is_for_designers(settings: Any, words: str) -> None:
    settings.VAMCO_TODAY = made.TODAY
    office = made.reader(made.person("office", made.OFFICE, "Trần Quốc Bảo"))
    for address in ("/desk/", f"/find?q={words}"):
        answer = office.get(address, follow=True)
        assert answer.status_code == 200, address
        assert 'href="/style' not in answer.content.decode()
