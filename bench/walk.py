"""What the site does beside the pages that are measured, each once: so that every index has been asked for its rows.

Nothing of it stays in the database but a session: each step is taken back, and letters are written into memory.
"""

import re
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import unescape
from tempfile import TemporaryDirectory
from typing import Any

from celery import current_app
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import Resolver404, resolve, reverse

from bench import readers, talk
from commons import clock
from commons.config.schedule import SCHEDULE
from commons.holdings import Mode
from forum.actions import threads
from forum.models import Post, Thread
from members.models import Member
from members.rights.actions import erasure
from notifications import delivery
from notifications.actions.reading import mark_read
from notifications.enums import Digest, LettersFor
from notifications.models import Preferences, Telling

LINK = re.compile(r'href="(/[^"#]*)')
OF_A_KIND, PAGES = 2, 600
REFUSED, FAULT = 400, 500
MISTYPED = ("consnet", "gathring")
NOBODY = "nobody@example.org"
IN_MEMORY = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}

type Step = Callable[[], object]


def walk() -> Iterator[str]:
    """Take every step. Where the site failed, in words."""
    member = Member.objects.order_by("pk")[0]
    cookies = readers.cookies_of(member)
    with override_settings(READY_PAGES=False, MAILERS=IN_MEMORY):
        yield from follow_links({})
        yield from follow_links(cookies)
        for name, step in (_by_the_clock() | _by_people(member, readers.client(cookies))).items():
            _found, fault = _taken_back(step)
            if fault:
                yield f"{name}: {fault!r}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")


def follow_links(cookies: Mapping[str, str], *, start: str = "/") -> Iterator[str]:
    """Open two pages of each kind to which links lead from `start`. The addresses where the site failed."""
    client, kinds = readers.client(cookies), Counter[str]()
    waiting, seen = deque([start]), set[str]()
    while waiting and len(seen) < PAGES:
        path = waiting.popleft()
        kind = _kind(path)
        if not kind or path in seen or kinds[kind] == OF_A_KIND:
            continue
        seen.add(path)
        kinds[kind] += 1
        response, fault = _taken_back(partial(readers.read, client, path))
        if fault or response.status_code >= FAULT:
            yield f"{path}: {fault or response.status_code}"
        else:
            waiting.extend(_links(response))


def _post(client: Client, name: str, **fields: str) -> Any:
    return _answered(client.post(reverse(name), fields, secure=True, headers={"Origin": "https://127.0.0.1"}))


def _read(client: Client, path: str) -> Any:
    return _answered(readers.read(client, path))


def _answered(response: Any) -> Any:
    if response.status_code >= REFUSED:
        msg = f"answered {response.status_code}"
        raise RuntimeError(msg)
    return response


def _kind(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""


def _links(response: Any) -> list[str]:
    if response.has_header("Location"):
        return [response.headers["Location"]]
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return [unescape(link) for link in LINK.findall(response.content.decode())] if is_page else []


def _by_the_clock() -> dict[str, Step]:
    current_app.loader.import_default_modules()
    tasks = [current_app.tasks[line["task"]] for line in SCHEDULE.values()]
    return {task.name: partial(task.apply, throw=True) for task in tasks}


def _by_people(member: Member, client: Client) -> dict[str, Step]:
    now = clock.now()
    ordinary = Thread.objects.select_related("category").exclude(title__startswith=talk.THIRTIES)
    one, other = ordinary.filter(post_count__range=(3, 30)).order_by("pk")[:2]
    reply = Post.objects.get(thread=one, number=2)
    moderated: dict[str, Any] = {"by": member, "reason": "Both ask the same.", "now": now}
    return {
        "searching for words that nobody wrote so": lambda: [_read(client, f"/search/?q={word}") for word in MISTYPED],
        "looking somebody up": lambda: _read(client, "/people/?q=perso"),
        "reading as a line": lambda: _read(client, f"{one.get_absolute_url()}?view=line"),
        "signing in": lambda: authenticate(email=member.email, password=secrets.token_hex()),
        "signing in as nobody": lambda: authenticate(email=NOBODY, password=secrets.token_hex()),
        "asking for a new password": lambda: _post(client, "account_reset_password", email=member.email),
        "reading of one thing": _read_of_one_thing,
        "splitting a thread": lambda: threads.split(post=reply, title="A thread of its own", **moderated),
        "merging threads": lambda: threads.merge(thread=other, into=one, **moderated),
        "a letter": lambda: delivery.send_letters(_wants_letters(), now=now),
        "leaving": lambda: _leave(member),
    }


def _read_of_one_thing() -> None:
    told = _waiting()
    mark_read(member=told.member, bundle=told.notice.bundle, now=clock.now())


def _waiting() -> Telling:
    return Telling.objects.waiting().select_related("member", "notice").order_by("-pk")[0]


def _wants_letters() -> Preferences:
    """Of somebody for whom something waits."""
    told = _waiting().member
    wanted = {"letters_for": LettersFor.ALL, "digest": Digest.DAILY, "digest_due_at": clock.now()}
    Preferences.objects.update_or_create(member=told, defaults=wanted)
    return Preferences.objects.select_related("member").get(member=told)


def _leave(member: Member) -> None:
    now = clock.now()
    with TemporaryDirectory() as place, override_settings(ERASURE_LOG=f"{place}/log"):
        asked = erasure.ask_for_erasure(member=member, mode=Mode.REMOVE_TEXT, at_once=True, now=now)
        erasure.erase(erasure_id=asked.pk, now=now)


def _taken_back(step: Step) -> tuple[Any, Exception | None]:
    """What a step found, or why it failed: the others are taken all the same."""
    try:
        with transaction.atomic():
            found = step()
            transaction.set_rollback(True)
    except Exception as fault:  # noqa: BLE001 (any fault is told)
        return None, fault
    return found, None
