"""Items that are rows: written by key, only where they differ, and withdrawn as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import models
from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.access.declaration import RoleItem
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.access.pack import ROLES
from vamco.kernel.world.people.declaration import PositionItem
from vamco.kernel.world.people.models import Position
from vamco.kernel.world.people.pack import POSITIONS
from vamco.systems.ioc.models import Board
from vamco.systems.ioc.pack import BOARDS, BoardItem

if TYPE_CHECKING:
    from collections.abc import Callable


def post(code: str, rank: int = 5, name: str = "Chức") -> PositionItem:
    return PositionItem(code=code, name=name, name_en="Post", rank=rank)


def rows() -> list[tuple[str, int]]:
    return list(Position.objects.filter(code__startswith="z_").order_by("code").values_list("code", "rank"))


@pytest.mark.django_db
def test_items_are_written_by_key_and_only_where_they_differ(django_assert_num_queries: Callable[[int], Any]) -> None:
    POSITIONS.put([post("z_a"), post("z_b")])
    assert rows() == [("z_a", 5), ("z_b", 5)]
    with django_assert_num_queries(3):  # what is there; the new one; the changed one
        POSITIONS.put([post("z_a", 7), post("z_b"), post("z_c")])
    assert rows() == [("z_a", 7), ("z_b", 5), ("z_c", 5)]
    with django_assert_num_queries(1):
        POSITIONS.put([post("z_a", 7), post("z_b"), post("z_c")])


@pytest.mark.django_db
def test_a_column_may_be_made_of_the_item_and_be_emptied_when_it_is_gone() -> None:
    item = RoleItem(code="z_role", name="Vai", name_en="Role", reach="agency", acts=("desk.view_inbox",))
    ROLES.put([item])
    assert Role.objects.get(code="z_role").acts == {"desk.view_inbox": None}
    ROLES.withdraw(["z_role"])
    assert (Role.objects.get(code="z_role").acts, Role.objects.get(code="z_role").name) == ({}, "Vai")
    assert Role.objects.exclude(code="z_role").filter(acts={}).count() == 0


@pytest.mark.django_db
def test_what_is_gone_stays_or_goes_as_declared() -> None:
    POSITIONS.put([post("z_a")])
    POSITIONS.withdraw(["z_a"])
    assert rows() == [("z_a", 5)]
    BOARDS.put([BoardItem(code="z_board", name="Bảng", name_en="Board", cards=["GT01"])])
    others = Board.objects.exclude(code="z_board").count()
    BOARDS.withdraw(["z_board"])
    assert (Board.objects.filter(code="z_board").exists(), Board.objects.count()) == (False, others)


class Narrow(models.Model):
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=10)
    size = models.IntegerField()

    class Meta:
        app_label = "packs"
        managed = False


class Fits(packs.Item):
    code: str = Field(max_length=40)
    name: str = Field(max_length=10)
    size: int


class TooLong(Fits):
    name: str = Field(max_length=11)


class Endless(Fits):
    name: str


class More(Fits):
    colour: str


class Less(packs.Item):
    code: str = Field(max_length=40)
    name: str = Field(max_length=10)


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (Fits, ""),
        (TooLong, "name is longer than the column's 10 characters"),
        (Endless, "name is longer than the column's 10 characters"),
        (More, "there is no column colour"),
        (Less, "nothing is given for size"),
    ],
)
def test_a_shape_that_the_table_cannot_hold_is_refused_at_the_start(item: type[packs.Item], fault: str) -> None:
    if not fault:
        packs.Rows(item, Narrow)
        return
    with pytest.raises(TypeError, match=f"{item.__name__} does not fit into Narrow: {fault}"):
        packs.Rows(item, Narrow)
