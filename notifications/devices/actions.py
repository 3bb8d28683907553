"""Everything that changes which devices are told, and what waits for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commons.outbox import publish
from members.models import Member
from notifications.devices.enums import DEVICES_MAX
from notifications.devices.models import Device, Push


@dataclass(frozen=True)
class Subscription:
    """What a browser hands over when it says yes."""

    endpoint: str
    public_key: bytes
    secret: bytes


class TooMany(Exception):
    """The member has as many devices as there can be."""


@transaction.atomic
def add(*, member: Member, subscription: Subscription, name: str, now: datetime) -> Device:
    """Let a browser be told. One that is there already gets its new keys; it is whoever's who says so.

    Raises:
        TooMany: there is no room for one more.
    """
    others = Device.objects.select_for_update().filter(member=member).exclude(endpoint=subscription.endpoint)
    if len(others) >= DEVICES_MAX:
        raise TooMany
    Device.objects.filter(endpoint=subscription.endpoint).exclude(member=member).delete()
    device, _new = Device.objects.update_or_create(
        endpoint=subscription.endpoint,
        defaults={"public_key": subscription.public_key, "secret": subscription.secret},
        create_defaults={
            "member": member,
            "name": name,
            "public_key": subscription.public_key,
            "secret": subscription.secret,
            "made_at": now,
        },
    )
    return device


def name(*, device: Device, name: str) -> None:
    """Call a device as its owner does."""
    Device.objects.filter(pk=device.pk).update(name=name)


def remove(*, device: Device) -> None:
    """Forget a device, with all that waits for it."""
    Device.objects.filter(pk=device.pk).delete()


def renew(*, device: Device, subscription: Subscription) -> None:
    """A browser changed where its messages go, by itself."""
    Device.objects.filter(endpoint=subscription.endpoint).exclude(pk=device.pk).delete()
    Device.objects.filter(pk=device.pk).update(
        endpoint=subscription.endpoint, public_key=subscription.public_key, secret=subscription.secret
    )


def forget_all(*, member: int) -> None:
    """A yes to this is over: nothing that it let us keep stays."""
    Device.objects.filter(member=member).delete()


@transaction.atomic
def ask_for_test(*, device: Device, now: datetime) -> None:
    """The owner wants to see what it looks like."""
    push = Push.objects.create(device=device, made_at=now, try_at=now)
    publish("devices.test_asked", push=push.pk)


def queue(*, devices: Iterable[Device], notices: Iterable[int], now: datetime) -> None:
    """Let each of these devices be told of these notices, in one message."""
    found = list(notices)
    Push.objects.bulk_create(Push(device=device, notices=found, made_at=now, try_at=now) for device in devices)


@transaction.atomic
def claim(*, push: int, now: datetime) -> Push | None:
    """Take what waits, so that nobody else hands it over; None if somebody has, or it is not yet time."""
    waiting = Push.objects.select_for_update(skip_locked=True, of=("self",)).select_related("device__member")
    found = waiting.filter(pk=push, try_at__lte=now).first()
    if found:
        Push.objects.filter(pk=push).delete()
    return found


def put_back(*, push: Push, at: datetime, tries: int) -> None:
    """It could not be handed over now. The device may be gone meanwhile; then so is this."""
    with transaction.atomic():
        if Device.objects.select_for_update().filter(pk=push.device_id).exists():
            Push.objects.create(
                device_id=push.device_id, notices=push.notices, made_at=push.made_at, try_at=at, tries=tries
            )


def note_told(*, device: Device, now: datetime) -> None:
    Device.objects.filter(pk=device.pk).update(told_at=now)
