"""Ending letters with one press, from the letter (RFC 8058)."""

import re
from email.message import EmailMessage

import pytest
from django.test import Client

from forum.models import Category, Post
from members.consent import gate
from members.models import Member
from notifications import actions as notifications
from notifications.enums import Level
from notifications.models import Follow
from tests.forum.conftest import MORNING
from tests.notifications.bridge.conftest import NOW


def link(message: EmailMessage) -> str:
    return re.search(r"<http://[^/]+(/u/[^>]+)>", message["List-Unsubscribe"])[1]


def reads_by_mail(member: Member) -> bool:
    return Follow.objects.filter(member=member, level=Level.EVERY_POST).exists()


def test_looking_ends_nothing(invited: EmailMessage, subscriber: Member, client: Client) -> None:
    page = client.get(link(invited))

    assert page.status_code == 200
    assert reads_by_mail(subscriber)
    assert gate.allows(subscriber, "email.list", now=NOW)


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_one_post_without_a_cookie_ends_them(
    form: str, invited: EmailMessage, subscriber: Member, client: Client
) -> None:
    strict = Client(enforce_csrf_checks=True)
    body = "List-Unsubscribe=One-Click"
    if "multipart" in form:
        body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'

    answers = [strict.post(link(invited), body, content_type=form) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not reads_by_mail(subscriber)
    assert not gate.allows(subscriber, "email.list", now=NOW)


def test_a_list_ends_alone_while_others_go_on(
    invited: EmailMessage, subscriber: Member, den: Category, client: Client
) -> None:
    notifications.follow(member=subscriber, place=f"forum.category:{den.pk}", level=Level.EVERY_POST, now=MORNING)

    client.post(link(invited))

    assert Follow.objects.get(member=subscriber).place == f"forum.category:{den.pk}"
    assert gate.allows(subscriber, "email.list", now=NOW)


def test_what_is_not_ours_looks_the_same(invited: EmailMessage, opening: Post, client: Client) -> None:
    token = link(invited)
    forged = f"{token[:-9]}{token[-5:-1]}{token[-9:-5]}/"

    assert [client.post(forged).status_code, client.get(forged).status_code] == [200, 200]
    assert reads_by_mail(Member.objects.get(username="bo"))
