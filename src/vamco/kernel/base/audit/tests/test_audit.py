from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Chain, Entry


def record(n: int, chain: str = "H53.01") -> None:
    with transaction.atomic():
        audit.record("test.act", actor="7", chain=chain, subject=f"thing:{n}", detail={"tên": "Đăng ký", "n": n})


@pytest.mark.django_db
def test_entries_follow_one_another_and_verify() -> None:
    for n in range(3):
        record(n)
    record(0, chain="H53.02")
    assert list(Entry.objects.filter(chain="H53.01").order_by("seq").values_list("seq", "subject")) == [
        (1, "thing:0"),
        (2, "thing:1"),
        (3, "thing:2"),
    ]
    assert audit.verify() == {}


@pytest.mark.usefixtures("fresh_db")
def test_an_entry_needs_the_transaction_of_an_act() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("test.act", actor="7", chain="x", subject="thing:1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET act = 'other'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    record(1)
    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.filter(chain="H53.01").count() == 1


@pytest.mark.django_db
def test_verify_names_the_first_broken_entry() -> None:
    for n in range(4):
        record(n)
    head = Chain.objects.get(code="H53.01")
    Chain.objects.filter(code="H53.01").update(seq=head.seq - 1)  # somebody cut the tail off
    assert audit.verify() == {"H53.01": 4}
