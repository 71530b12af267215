"""Foreign keys point into the kernel or into one's own tables; so a system can be taken out of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable

KERNEL = ("work", "record", "world", "base")


def pointing_wrong(tables: Iterable[type[models.Model]]) -> list[str]:
    found = []
    for table in tables:
        for field in table._meta.get_fields():
            target = field.related_model
            if field.auto_created or not isinstance(target, type) or not issubclass(target, models.Model):
                continue
            if not _may_point(table.__module__, target.__module__):
                found.append(f"{table._meta.label}.{field.name} → {target._meta.label}")
    return found


def _may_point(table: str, target: str) -> bool:
    if _owner(table) == _owner(target):
        return True
    if not target.startswith("vamco.kernel."):
        return False
    if table.startswith("vamco.kernel."):
        return KERNEL.index(table.split(".")[2]) <= KERNEL.index(target.split(".")[2])
    return True


def _owner(module: str) -> str:
    return module.rsplit(".models", 1)[0]


def test_foreign_keys_point_downwards_or_stay_at_home() -> None:
    ours = [table for table in apps.get_models() if table.__module__.startswith("vamco.")]
    assert len(ours) > 15
    assert pointing_wrong(ours) == []


def test_every_table_is_named_after_its_system() -> None:
    for table in apps.get_models():
        if table.__module__.startswith("vamco."):
            assert table._meta.db_table.startswith(table._meta.app_label + "_")


def test_the_rule_finds_what_breaks_it() -> None:
    assert _may_point("vamco.systems.hub.models", "vamco.kernel.record.files.models")
    assert _may_point("vamco.systems.hub.models", "vamco.systems.hub.models")
    assert _may_point("vamco.kernel.work.cases.models", "vamco.kernel.world.people.models")
    assert not _may_point("vamco.systems.ioc.models", "vamco.systems.hub.models")
    assert not _may_point("vamco.kernel.world.people.models", "vamco.kernel.work.cases.models")
    assert not _may_point("vamco.kernel.work.cases.models", "vamco.systems.identity.models")
    assert not _may_point("vamco.systems.desk.models", "django.contrib.auth.models")

    class Wrong(models.Model):
        session = models.ForeignKey("sessions.Session", on_delete=models.PROTECT)
        many = models.ManyToManyField("hub.Run" if apps.is_installed("vamco.systems.hub") else "files.File")

        class Meta:
            app_label = "tests_of_the_house"
            managed = False

    try:
        assert "Wrong.session → sessions.Session" in " ".join(pointing_wrong([Wrong]))
    finally:
        del apps.all_models["tests_of_the_house"]
        apps.clear_cache()
