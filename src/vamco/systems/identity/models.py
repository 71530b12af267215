from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from vamco.kernel.world.people.models import Person


class Accounts(BaseUserManager["Account"]):
    """Accounts with their persons: no page asks for one without the other."""

    def get_queryset(self) -> models.QuerySet[Account]:
        """All accounts."""
        return super().get_queryset().select_related("person")


class Account(AbstractBaseUser):
    """A way for a person to log in. What the person may do is the kernel's to say."""

    username = models.CharField(max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Attempt(models.Model):
    """A log-in that failed or is under way, kept as long as it counts against the next one."""

    username = models.CharField(max_length=60)
    network = models.CharField(max_length=49)
    device = models.CharField(max_length=16, default="")  # empty: one that the name does not know
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["username", "-at"], name="identity_attempt_name"),
            models.Index(fields=["network", "-at"], name="identity_attempt_network"),
            models.Index(fields=["-at"], name="identity_attempt_at"),
        ]
