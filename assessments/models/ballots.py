"""Sealed ballots. A box knows its cycle and nothing else: unit, answers and texts are inside, under the cycle's public key."""

from django.db import models

from assessments.models.cycles import Cycle
from assessments.models.fields import random_key


class Box(models.Model):
    id = random_key()
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="boxes")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "a sealed box"
