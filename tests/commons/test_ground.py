"""The small things that every room shares."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from psycopg_pool import ConnectionPool
from pytest_django.fixtures import Settings

from commons import clock, health, kept, markup, pagination
from commons.access import Allowed, Denied, Refused, moderators_only, require, sealed
from commons.cache import ForgivingRedisCache
from commons.config import env, pool, services
from commons.logs import JsonFormatter
from commons.pagination import BadCursor
from commons.requests import came_from
from members.models import Member


def test_a_verdict_is_false_when_denied_and_says_why() -> None:
    assert Allowed()
    assert not Denied("No.")
    require(Allowed())
    with pytest.raises(Refused, match=r"No\."):
        require(Denied("No."))
    assert issubclass(Refused, PermissionDenied)


@pytest.mark.parametrize(("name", "may"), [("visitor", False), ("ada", False), ("moderator", True)])
def test_a_page_for_moderators_does_not_exist_for_others(
    name: str,
    may: bool,
    rf: RequestFactory,
    ada: Member,
) -> None:
    request = rf.get("/")
    request.user = {"visitor": AnonymousUser(), "ada": ada, "moderator": Member(roles=["moderator"])}[name]
    request.user.has_shown_second_factor = True
    view = moderators_only(lambda _request: HttpResponse("in"))

    assert view.audience == "moderators"
    if may:
        assert view(request).content == b"in"
    else:
        with pytest.raises(Http404):
            view(request)


def test_a_missing_setting_names_itself_and_says_where_to_look(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(env.MissingSetting, match=r"NOT_SET is not set. docs/operations.md"):
        env.text("NOT_SET")
    monkeypatch.setenv("COUNT", "many")
    with pytest.raises(env.MissingSetting, match="COUNT must be a whole number"):
        env.number("COUNT", 1)
    (tmp_path / "secret").write_text("hush\n")
    monkeypatch.setenv("WORD_FILE", str(tmp_path / "secret"))
    assert env.secret("WORD") == "hush"
    monkeypatch.setenv("ON", "Yes")
    assert env.flag("ON")
    assert not env.flag("OFF")
    monkeypatch.setenv("HOSTS", "a, b,")
    assert env.words("HOSTS") == ["a", "b"]


def test_sockets_move_to_a_short_path_when_var_is_deep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    monkeypatch.setenv("COMMONS_VAR", str(deep))

    assert len(str(services.socket_directory())) < services.SOCKET_PATH_LIMIT
    services.socket_directory().rmdir()


def test_a_local_secret_is_made_once_and_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COMMONS_VAR", str(tmp_path))

    assert services.local_secret() == services.local_secret()
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_lost_cache_is_an_empty_one() -> None:
    cache = ForgivingRedisCache("unix:///nowhere/valkey.sock", {})

    cache.set("a", 1)
    assert cache.get("a") is None
    assert cache.get("a", "none") == "none"
    assert cache.get("a", default=2) == 2
    assert cache.add("a", 1)
    assert cache.incr("a") == 1
    assert cache.get_many(["a"]) == {}
    assert not cache.delete("a")
    assert not cache.has_key("a")


def test_connections_plan_for_pages_with_and_without_a_pooler(db: None) -> None:
    pooled = (Path(__file__).parents[2] / "deploy" / "nodes" / "pgbouncer.ini").read_text()

    for name in ("enable_memoize", "jit"):
        with connection.cursor() as cursor:
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == ("off",)
        assert f"SET {name} = off" in pooled


def test_only_who_serves_pages_gives_up_on_a_statement(tmp_path: Path) -> None:
    code = "import {}; from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
    pooled = (Path(__file__).parents[2] / "deploy" / "nodes" / "pgbouncer.ini").read_text()

    assert "statement_timeout=20s" in in_production(code.format("commons.config.wsgi"), tmp_path)
    assert "statement_timeout=0s" in in_production(code.format("commons.config.celery"), tmp_path)
    for module, seconds in {"commons.config.wsgi": "30s", "commons.config.celery": "0s"}.items():  # .env is for all
        assert f"statement_timeout={seconds}" in in_production(code.format(module), tmp_path, STATEMENT_SECONDS="30")
    assert "SET statement_timeout = 20000" in pooled


def test_logs_are_one_json_object_a_line() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "no %s", ("bread",), None)
    record.status_code = 500

    line = json.loads(JsonFormatter().format(record))

    assert (line["level"], line["message"], line["status"]) == ("ERROR", "no bread", 500)


def test_a_cursor_comes_back_as_it_was_made(ada: Member) -> None:
    cursor = pagination.cursor(ada, by=("date_joined", "id"))

    assert pagination.decode(cursor, length=2) == [ada.date_joined.isoformat(), ada.pk]
    with pytest.raises(BadCursor):
        pagination.decode(cursor, length=3)
    with pytest.raises(BadCursor):
        pagination.page(Member.objects.all(), by=("date_joined", "id"), after=["never", ada.pk])


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://testserver/forum/?a=1", "/forum/?a=1"),
        ("http://testserver/forum/", "/forum/"),
        ("https://evil.example/forum/", ""),
        ("", ""),
    ],
)
def test_only_our_own_pages_count_as_come_from(referer: str, page: str) -> None:
    assert came_from(RequestFactory().get("/", headers={"Referer": referer})) == page


def signed_in(rf: RequestFactory, address: str, session: dict[str, object]) -> HttpRequest:
    request = rf.get(address)
    request.session = session | {SESSION_KEY: "1"}
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "theirs"
    return request


def test_what_was_kept_waits_only_where_it_belongs_and_for_somebody_who_signed_in(rf: RequestFactory) -> None:
    typed = {"source": "words", "password": "a", "oldpassword": "b", "csrfmiddlewaretoken": "x", "days": ["1", "2"]}
    request = rf.post("/send/", typed, headers={"Referer": "http://testserver/write/?a=1"})
    request.session = {}

    assert kept.keep(request) == "/write/?a=1"

    assert request.session[kept.SESSION_KEY]["typed"] == {"source": ["words"], "days": ["1", "2"]}
    assert kept.waits(signed_in(rf, "/write/?a=1", request.session))
    assert not kept.waits(signed_in(rf, "/write/", request.session))
    assert not kept.waits(signed_in(rf, "/write/?a=1", {}))
    visitor = signed_in(rf, "/write/?a=1", request.session)
    del visitor.session[SESSION_KEY]
    assert not kept.waits(visitor)


def test_too_much_is_not_kept_nor_what_is_sealed(rf: RequestFactory) -> None:
    request = rf.post("/send/", {"source": "x" * (kept.KEPT_MAX_LENGTH + 1), "page": "/write/"})
    request.session = {}
    kept.keep(request)
    needs = rf.post("/needs/", {"text": "A ramp"}, headers={"Referer": "http://testserver/needs/"})
    needs.session, needs.resolver_match = request.session, ResolverMatch(sealed(lambda _: HttpResponse()), (), {})

    assert kept.keep(needs) == "/needs/"
    assert request.session == {}


@pytest.mark.parametrize("page", ["https://evil.example/x", "//evil.example", "", "javascript:alert(1)"])
def test_what_was_typed_is_never_given_back_elsewhere(page: str, rf: RequestFactory) -> None:
    request = rf.post("/send/", {"source": "words", "page": page})
    request.session = {}

    assert kept.keep(request) == "/"
    assert request.session == {}


def test_alive_needs_nothing(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_ready_needs_a_worker_that_was_heard_of_lately(client: Client, db: None) -> None:
    assert client.get("/readyz").json() == {"database": True, "broker": True, "worker": False}
    assert client.get("/readyz").status_code == 503

    health.beat(now=clock.now())
    assert client.get("/readyz").status_code == 200

    health.beat(now=clock.now() - 2 * health.HEARTBEAT_MAX_AGE)
    assert client.get("/readyz").status_code == 503


def test_every_answer_carries_the_strict_headers(client: Client, db: None) -> None:
    headers = client.get("/").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_whoever_develops_sees_where_the_time_of_an_answer_went(client: Client, db: None, settings: Settings) -> None:
    assert "Server-Timing" not in client.get("/about/").headers

    settings.MIDDLEWARE = ["commons.timing.server_timing", *settings.MIDDLEWARE]
    told = Client().get("/forum/").headers["Server-Timing"]

    assert re.fullmatch(r'sql;dur=\d+\.\d;desc="[1-9]\d* queries", python;dur=\d+\.\d, total;dur=\d+\.\d', told)


def in_production(code: str, tmp_path: Path, **said: str) -> str:
    """What it prints in a process that knows only what production says."""
    import os
    import subprocess
    import sys

    environment = {
        "PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, "LASTING_KEY": "y" * 60, "SITE_URL": "https://commons.example",
        "DATABASE_URL": "postgresql://u:p%40ss@db:5432/commons?sslmode=require", "REDIS_URL": "redis://valkey:6379/0",
        "DATABASE_POOL": "4", "COMMONS_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "commons.config.settings",
    }  # fmt: skip
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment | said, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_production_is_strict_without_being_asked(tmp_path: Path) -> None:
    code = """
from django.conf import settings as s
print(s.DEBUG, s.DEVELOPMENT, s.SECURE_HSTS_SECONDS > 31536000, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE,
      s.ALLOWED_HOSTS, s.DATABASES["default"]["PASSWORD"], s.DATABASES["default"]["OPTIONS"]["sslmode"], s.MAIL_FOLDER,
      "commons.timing.server_timing" in s.MIDDLEWARE)
"""
    said = in_production(code, tmp_path)
    assert said == "False False True True True ['commons.example'] p@ss require None False"


def test_old_texts_are_rendered_again_in_batches(ada: Member, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    from forum import actions
    from forum.actions.posts import Text
    from forum.models import Category, Post

    category = Category.objects.create(slug="a", name="A", visibility="public")
    actions.start_thread(
        category=category, by=ada, title="Soup", text=Text("*yes*"), now=clock.now() - timedelta(days=1)
    )
    Post.objects.update(html="old", renderer_version=0)

    call_command("rerender")
    assert Post.objects.get().html == "old"
    call_command("rerender", "--apply")
    assert "<em>yes</em>" in Post.objects.get().html
    assert Post.objects.get().renderer_version == markup.RENDERER_VERSION


@pytest.fixture
def connections(db: None) -> Iterator[ConnectionPool]:
    """A pool of one connection, that looks at it as the site does."""
    given = connection.get_connection_params()
    kept = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    with ConnectionPool(kwargs=kept, min_size=1, max_size=1, check=pool.check, timeout=10) as made:
        yield made


def _pid(connections: ConnectionPool) -> int:
    with connections.connection() as one:
        return one.info.backend_pid


def test_a_connection_that_rests_stays(connections: ConnectionPool) -> None:
    assert _pid(connections) == _pid(connections)


def test_a_connection_that_the_server_closed_is_not_handed_out(connections: ConnectionPool) -> None:
    before = _pid(connections)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])

    assert _pid(connections) != before
