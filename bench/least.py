"""The least that Django can do for a visitor's thread and for a reply: what these can at most be, beside the yardstick.

A thread is one query and its posts one after the other, packed. A reply is the session, the token and the form, words
that are rendered, a query for the lock, a query that writes, and a commit. Nothing stands around the posts; nobody is
asked whether they may, and nobody is told.
"""

import django
from django import forms
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from commons.compression import compress

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
_POSTS = """
    SELECT post.number, member.username, member.display_name, post.created_at, post.html
    FROM forum_post post LEFT JOIN members_member member ON member.id = post.author_id
    WHERE post.thread_id = %s ORDER BY post.path LIMIT 30
"""
_LOCKED = """
    SELECT thread.id, thread.last_number + 1, post.path
    FROM forum_post post JOIN forum_thread thread ON thread.id = post.thread_id
    WHERE post.id = %(answered)s FOR UPDATE OF thread
"""
_WRITTEN = """
    WITH counted AS (
        UPDATE forum_thread SET last_number = %(number)s, post_count = post_count + 1, last_post_at = %(now)s,
            last_author_id = %(by)s, last_unclaimed_author_id = NULL
        WHERE id = %(thread)s
    ), answered AS (UPDATE forum_post SET reply_count = reply_count + 1 WHERE id = %(answered)s)
    INSERT INTO forum_post (thread_id, parent_id, author_id, number, path, depth, band, source, html, renderer_version,
        language, content_note, licence, submission, created_at, reply_count)
    VALUES (%(thread)s, %(answered)s, %(by)s, %(number)s, %(path)s, %(depth)s, %(band)s, %(source)s, %(html)s,
        %(renderer)s, '', '', %(licence)s, %(submission)s, %(now)s, 0)
"""


class ReplyForm(forms.Form):
    source = forms.CharField()
    submission = forms.UUIDField()


def thread(_request: HttpRequest, _slug: str, thread_id: int, title: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, [thread_id])
        rows = [(*row, mark_safe(html)) for *row, html in cursor.fetchall()]  # noqa: S308 (rendered by the site)
    post = '<article id="post-{}"><a href="/people/{}/">{}</a> <time>{}</time>{}</article>'
    response = HttpResponse(
        format_html("<!doctype html><title>{}</title><main>{}</main>", title, format_html_join("", post, rows))
    )
    compress(response, "br")
    return response


def reply(request: HttpRequest, post_id: int) -> HttpResponse:
    from commons.contributions import Licence, rendered
    from commons.markup import RENDERER_VERSION
    from forum import paths

    form = ReplyForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    by, now = int(request.session[SESSION_KEY]), timezone.now()
    html = rendered(form.cleaned_data["source"], author=by)
    said = {**form.cleaned_data, "html": html, "renderer": RENDERER_VERSION, "licence": Licence.COMMUNITY}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCKED, {"answered": post_id})
        found, number, above = cursor.fetchone()
        place = paths.below(bytes(above), created_at=now, number=number)
        stands = {"thread": found, "answered": post_id, "number": number, "path": place}
        stands |= {"depth": paths.depth(place), "band": paths.band(paths.depth(place))}
        cursor.execute(_WRITTEN, {**said, **stands, "by": by, "now": now})
    return redirect(f"/forum/posts/{post_id}/#post-{number}")


urlpatterns = [
    path("healthz", lambda _request: HttpResponse("Hello.")),
    path("forum/<slug:_slug>/<int:thread_id>-<slug:title>/", thread),
    path("forum/posts/<int:post_id>/reply/", reply),
]


def application() -> WSGIHandler:
    """On the database and the sessions of the site, with its pool; nothing else of it."""
    django.setup(set_prefix=False)
    settings.MIDDLEWARE, settings.ROOT_URLCONF = MIDDLEWARE, __name__
    return WSGIHandler()
