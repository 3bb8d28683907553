"""Atom feeds of public categories and threads (RFC 4287, with RFC 4685 for who answers whom)."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import condition, require_safe

from commons import clock, markup
from commons.access import public
from commons.requests import PersonRequest
from forum import files, queries, visitors
from forum.models import Category, Post, Thread

FRESH_SECONDS = 300
THREADING = "http://purl.org/syndication/thread/1.0"


class ThreadedAtom(Atom1Feed):
    """Atom with `thr:in-reply-to`, and content rather than a summary."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:thr": THREADING}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})
        if parent := item["in_reply_to"]:
            handler.addQuickElement("thr:in-reply-to", "", {"ref": parent, "href": parent, "type": "text/html"})


class PostFeed(Feed):
    """The latest posts of whatever `queries.latest_posts` is asked for."""

    feed_type = ThreadedAtom

    def item_title(self, item: Post) -> str:
        if item.is_opening:
            return item.thread.title
        return _("%(name)s in “%(thread)s”") % {"name": item.by, "thread": item.thread.title}

    def item_description(self, item: Post) -> str:
        return ""

    def item_link(self, item: Post) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: Post) -> str:
        return _absolute(item.get_absolute_url())

    def item_author_name(self, item: Post) -> str:
        return str(item.by)

    def item_pubdate(self, item: Post) -> Any:
        return item.created_at

    def item_updateddate(self, item: Post) -> Any:
        return item.edited_at or item.created_at

    def item_categories(self, item: Post) -> list[str]:
        return [item.thread.category.slug]

    def item_extra_kwargs(self, item: Post) -> dict[str, str]:
        parent = _absolute(item.parent.get_absolute_url()) if item.parent else ""
        return {"content": _readable(item), "in_reply_to": parent}


class CategoryFeed(PostFeed):
    def get_object(self, request: HttpRequest, slug: str) -> Category:
        return _public_category(slug)

    def title(self, category: Category) -> str:
        return f"{category.name} · {settings.SITE_NAME}"

    def subtitle(self, category: Category) -> str:
        return category.description

    def link(self, category: Category) -> str:
        return category.get_absolute_url()

    def items(self, category: Category) -> Any:
        return _open_posts(category.threads.all())


class ThreadFeed(PostFeed):
    def get_object(self, request: HttpRequest, slug: str, thread_id: int, title: str) -> Thread:
        return _public_thread(thread_id)

    def title(self, thread: Thread) -> str:
        return f"{thread.title} · {settings.SITE_NAME}"

    def link(self, thread: Thread) -> str:
        return thread.get_absolute_url()

    def items(self, thread: Thread) -> Any:
        return _open_posts(Thread.objects.filter(pk=thread.pk))


@public
@require_safe
def category_feed(request: PersonRequest, slug: str) -> HttpResponse:
    return _fresh(request, CategoryFeed(), slug=slug)


@public
@require_safe
def thread_feed(request: PersonRequest, slug: str, thread_id: int, title: str) -> HttpResponse:
    return _fresh(request, ThreadFeed(), slug=slug, thread_id=thread_id, title=title)


def _fresh(request: PersonRequest, feed: PostFeed, **named: Any) -> HttpResponse:
    """The feed, or a 304 if the reader has it already. Cookies play no part, so every cache may keep it."""
    response = feed(request, **named)
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    answer: HttpResponse = condition(etag_func=lambda _request: etag)(lambda _request: response)(request)
    patch_cache_control(answer, public=True, max_age=FRESH_SECONDS)
    return answer


def _public_category(slug: str) -> Category:
    return queries.category(slug, reader=AnonymousUser())


def _public_thread(thread_id: int) -> Thread:
    thread = queries.thread(thread_id, reader=AnonymousUser())
    visitors.show(AnonymousUser(), threads=[thread], now=clock.now())
    return thread


def _open_posts(threads: QuerySet[Thread]) -> list[Post]:
    """The latest posts of those who let visitors read them."""
    now = clock.now()
    posts = list(queries.latest_posts(threads, now=now))
    visitors.show(AnonymousUser(), threads=[post.thread for post in posts], posts=posts, now=now)
    files.attach(posts)
    return posts


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _readable(post: Post) -> str:
    note = _("Content note: %(note)s") % {"note": post.content_note} if post.content_note else ""
    link = f'<p><a href="{_absolute(post.get_absolute_url())}">{note}</a></p>'
    if note:
        return markup.sanitise(link)
    return markup.absolute(post.html, base=settings.SITE_URL) + files.linked(post)
