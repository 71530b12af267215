from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person, Sealed


class SigningKey(Sealed):
    """A key that signs tokens. The next one is published long before it signs, an old one while its tokens are in use."""

    kid = models.CharField(max_length=32, primary_key=True)
    public = models.JSONField()
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField(null=True)  # None: the next one
    signed_until = models.DateTimeField(null=True)

    @property
    def context(self) -> str:
        """What the private part is sealed to: the key's id."""
        return f"broker.key:{self.kid}"

    @property
    def found_as(self) -> str:
        """Return the kind of text."""
        return "broker.signing_key"


class Client(models.Model):
    """Another system of the province that signs its users in here. Only a digest of its secret is kept, which is 256 random bits.

    `packed`: described by the pack, so pages change only its secret and whether it is `active`. `private_network`: its back channel may
    lie in the province's own network.
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    redirect_uris = models.JSONField(default=list)
    post_logout_uris = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    sector = models.CharField(max_length=100)
    backchannel_uri = models.CharField(max_length=300, blank=True)
    private_network = models.BooleanField(default=False)
    secret_digest = models.CharField(max_length=64, blank=True)
    active = models.BooleanField(default=True)
    packed = models.BooleanField(default=False)
    since = models.DateField()
    last_used_at = models.DateTimeField(null=True)


class Subject(models.Model):
    """How the clients of a sector know a person: random, so that it says nothing and two sectors cannot compare."""

    sector = models.CharField(max_length=100)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    value = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sector", "person"], name="broker_subject_once"),
        ]


class Consent(models.Model):
    """A person agreed that a client gets some things: scopes, and "claim:…" of single claims. Kept after it was withdrawn."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="consents")
    items = models.JSONField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "client"], name="broker_consent_in_force", condition=Q(withdrawn_at=None)
            ),
        ]


class Grant(models.Model):
    """One authorization: its code, and what its id tokens say, saved when the person agreed."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="grants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sid = models.UUIDField(db_index=True)
    subject = models.UUIDField()
    scopes = models.JSONField()
    id_claims = models.JSONField(default=list)
    userinfo_claims = models.JSONField(default=list)
    redirect_uri = models.CharField(max_length=500)
    challenge = models.CharField(max_length=128)
    nonce = models.CharField(max_length=255, blank=True)
    level = models.PositiveSmallIntegerField()
    methods = models.JSONField()
    confirmed_at = models.DateTimeField()
    code_digest = models.CharField(max_length=64, unique=True)
    code_expires_at = models.DateTimeField()
    code_used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "client"], name="broker_grant_person"),
        ]


class Token(models.Model):
    """An access or refresh token, by its digest. A refresh token is used once; used again, its grant ends."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="tokens")
    refresh = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Visit(models.Model):
    """A client that somebody is signed in at through a stay, told once that the stay has ended."""

    sid = models.UUIDField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="visits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField()
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)  # when the client said that it has ended its session

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sid", "client"], name="broker_visit_once", condition=Q(ended_at=None)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-last_at"], name="broker_visit_person"),
        ]


class Failure(models.Model):
    """A call with a wrong client secret, kept as long as it slows the next one."""

    network = models.CharField(max_length=49)
    client = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["network", "-at"], name="broker_failure_network"),
            models.Index(fields=["at"], name="broker_failure_at"),
        ]
