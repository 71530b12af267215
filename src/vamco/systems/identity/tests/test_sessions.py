"""Sessions that have ended do not stay in the database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from vamco.kernel.world.people import public as people
from vamco.systems.identity import jobs
from vamco.systems.identity import public as identity


@pytest.mark.django_db
def test_the_hourly_job_removes_what_has_ended_and_nothing_else() -> None:
    account = identity.open_account("canbo", "sông Vàm Cỏ Đông", people.add("Nguyễn Văn Thử"))
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(3):
        store = SessionStore()
        store["name"] = "Nguyễn Văn Thử"
        store.save()
        Session.objects.filter(pk=store.session_key).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert Session.objects.count() == 4
    jobs.clear_sessions()
    assert [each.pk for each in Session.objects.all()] == [client.session.session_key]
    assert client.session["_auth_user_id"] == str(account.pk)
