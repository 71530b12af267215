from __future__ import annotations

from django.db import models


class Board(models.Model):
    """A page of cards, as the pack lays it out."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    cards = models.JSONField()
