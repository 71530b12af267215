from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from vamco.kernel.world.people.models import Person, Sealed


class Accounts(BaseUserManager["Account"]):
    """Accounts with their persons: no page asks for one without the other."""

    def get_queryset(self) -> models.QuerySet[Account]:
        """All accounts."""
        return super().get_queryset().select_related("person")


class Account(AbstractBaseUser):
    """A way for a person to log in. What the person may do is the kernel's to say.

    `username`: what officials type; an account that is opened only by the national eID or a passkey has one that nobody can type, which
    begins with "@". `demonstration`: its password is published, so it opens nothing unless VAMCO_DEMO is on. `generation`: sessions of an earlier
    one have ended.
    """

    username = models.CharField(max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)
    generation = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def may_log_in(self) -> bool:
        """Return whether the account opens at all: it is not locked, and not of a demonstration that is off."""
        return self.is_active and (settings.VAMCO_DEMO or not self.demonstration)

    def get_session_auth_hash(self) -> str:
        """Return what a session is bound to: another generation, or a demonstration that was switched off, ends it."""
        bound = super().get_session_auth_hash()
        if self.demonstration or self.generation:
            state = f"{self.generation} {self.demonstration and settings.VAMCO_DEMO}"
            bound = salted_hmac("vamco.identity.session", f"{bound} {state}", algorithm="sha256").hexdigest()
        return bound


class SecondFactor(Sealed):
    """The secret that an account shares with an authenticator app. A code counts once: only steps after `last_step` do."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="second_factor")
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    @property
    def context(self) -> str:
        """What the secret is sealed to: the account."""
        return f"second_factor:{self.account_id}"

    @property
    def found_as(self) -> str:
        """Return the kind of text."""
        return "second_factor"


class EidLink(models.Model):
    """An account as an outside issuer of identity knows it. `subject` is that issuer's own name for the person, never a number of theirs.

    Source: NĐ 69/2024/NĐ-CP; QĐ 1132/QĐ-TTg, A3: the province relies on the national eID and is no issuer.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="eid_links")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_eid_subject_once"),
        ]


class Passkey(models.Model):
    """A WebAuthn credential of an account. `counter` of a passkey that is `backed_up` is a signal for the log, no reason to refuse."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    backed_up = models.BooleanField(default=False)
    name = models.CharField(max_length=60)
    transports = models.JSONField(default=list)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignIn(models.Model):
    """A stay of a person: from signing in until it ends. Its id is the `sid` that other systems of the province hear of.

    `session_key` names the browser's session while it lasts; removing that session ends the stay at once. `level`: of NĐ 69/2024, 1 or
    2; `methods` as in RFC 8176. `confirmed_at`: when it was last made sure who it is (auth_time).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, blank=True)
    level = models.PositiveSmallIntegerField()
    methods = models.JSONField()
    issuer = models.CharField(max_length=200, blank=True)  # empty: this platform
    began_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    network = models.CharField(max_length=49)
    browser = models.CharField(max_length=120)  # "Chrome on Android", no more than people recognise
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)  # left, ended, expired, replaced, locked, merged

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "-began_at"], name="identity_sign_ins"),
            models.Index(fields=["session_key"], name="identity_sign_in_session"),
        ]


class RecoveryCode(models.Model):
    """A code that stands in for the app, once."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "digest"], name="identity_recovery_code_once"),
        ]


class Link(models.Model):
    """A one-time link by which a person sets the password of an account; without an account it makes the first one.

    Only a digest of its secret word is kept. `seed`, with the word and the platform's key, makes the secret that the page offers
    for an authenticator app; it goes when the link has been used.
    """

    digest = models.CharField(max_length=64, unique=True)
    seed = models.CharField(max_length=64)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="links")
    second_factor = models.BooleanField()  # the person must set one up
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # used, or replaced by a newer one


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
