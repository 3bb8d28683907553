"""Choices and limits of what an event needs to happen."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

WHAT_MAX_LENGTH, NOTE_MAX_LENGTH = 160, 200
ASKS_MOST, WANTED_MOST = 60, 50
PLEDGES_KEPT = timedelta(days=90)


class AskKind(models.TextChoices):
    ROLE = "role", _("A role: cook, welcome, take notes")
    THING = "thing", _("A thing: pots, a projector, chairs")
    ROOM = "room", _("A room: to meet in, to sleep in")
    LIFT = "lift", _("A lift: a seat in a car, a bicycle to lend")


IN_SHORT = {AskKind.ROLE: _("Role"), AskKind.THING: _("Thing"), AskKind.ROOM: _("Room"), AskKind.LIFT: _("Lift")}
