"""The pages that are measured, each with addresses of its kind out of the filled database."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from urllib.parse import quote_plus, urlencode

from django.db.models import Count

from bench import readers, talk
from bench.texts import Pool
from forum.models import Category, Post, Thread
from members.consent.models import ConsentState
from members.models import Member

MEMBERS, WRITERS, PERSONS = 64, 800, 60
ANSWERED, ANSWERED_SIZES = 100, (5, 25)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
REPLY = "post"
CONNECTIONS = (1, 8, 32)


@dataclass(frozen=True)
class Request:
    path: str
    cookie: str = ""
    method: str = "GET"
    body: str = ""

    def line(self) -> str:
        return f"{self.method}\t{self.path}\t{self.cookie}\t{self.body}"


@dataclass(frozen=True)
class Page:
    """A kind of page as one kind of reader opens it; `status` is what it answers with.

    Where it makes something, `made` counts that.
    """

    name: str
    reader: str
    requests: Sequence[Request]
    status: int = 200
    made: Callable[[], int] | None = None


def addresses(pool: Pool) -> Mapping[str, Sequence[str]]:
    """Every page that is read, with the addresses that are asked for by turns."""
    thirties = Thread.objects.filter(title__startswith=talk.THIRTIES).select_related("category").order_by("pk")
    long = _thread(talk.LONG)
    middle = long.last_number // 2
    found = {
        "home": ["/"],
        "forum": ["/forum/"],
        "category": [
            category.get_absolute_url() for category in Category.objects.filter(visibility="public").order_by("pk")
        ],
        "thread": [thread.get_absolute_url() for thread in thirties],
        "thread-middle": [f"{long.get_absolute_url()}?after={middle}"],
        "thread-worst": [_thread(talk.WORST).get_absolute_url()],
        "search": [f"/search/?q={quote_plus(word)}" for word in pool.asked],
        "person": [f"/people/{name}/" for name in _persons()],
        "agenda": ["/events/"],
    }
    return found | {"inbox": ["/inbox/"]}


def pages(pool: Pool, *, only: str = "") -> Iterator[Page]:
    """What is measured: as visitor and as member; of the inbox and of writing, as member.

    `only` names some of them, parted by commas; `thread*` names all whose name begins so.
    """
    found = addresses(pool)
    cookies = [readers.header(readers.cookies_of(member)) for member in _readers(MEMBERS)]
    for name, paths in found.items():
        if _is_wanted(name, only):
            if name != "inbox":
                yield Page(name, "visitor", [Request(_as_visitors_know(path)) for path in paths])
            yield Page(name, "member", list(_by_turns(paths, cookies)))
    if _is_wanted(REPLY, only):
        yield Page(REPLY, "member", list(_replies()), status=302, made=_posts_from_now_on())


def _posts_from_now_on() -> Callable[[], int]:
    last = Post.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    return lambda: Post.objects.filter(pk__gt=last).count()


def _is_wanted(name: str, only: str) -> bool:
    return not only or any(fnmatch(name, pattern.strip()) for pattern in only.split(","))


def _as_visitors_know(path: str) -> str:
    """Where a title is for members only, the address holds other words."""
    response = readers.client({}).get(path, secure=True)
    return str(response.headers.get("Location", path))


def _by_turns(paths: Sequence[str], cookies: Sequence[str]) -> Iterator[Request]:
    """Different members at different addresses."""
    for turn in range(max(len(paths), len(cookies))):
        yield Request(paths[turn % len(paths)], cookies[turn % len(cookies)])


def _thread(title: str) -> Thread:
    return Thread.objects.select_related("category").get(title=title)


def _persons() -> list[str]:
    """People with a page for visitors who have written a few posts."""
    standing = ConsentState.objects.filter(purpose_code="profile.public", is_standing=True).order_by("member")
    shown = list(standing.values_list("member", flat=True)[: 10 * PERSONS])
    writers = Post.objects.filter(author__in=shown).order_by().values("author").annotate(count=Count("pk"))
    keys = list(writers.filter(count__gt=2).order_by("author").values_list("author", flat=True)[:PERSONS])
    return list(Member.objects.filter(pk__in=keys).order_by("pk").values_list("username", flat=True))


def _readers(count: int) -> list[Member]:
    """Members who are told of things and have read some of them: every so many of all."""
    step = max(1, Member.objects.count() // count)
    return list(Member.objects.filter(pk__in=range(1, count * step + 1, step)).order_by("pk"))


def _replies() -> Iterator[Request]:
    """Answers to opening posts in threads that no other page shows, by many members, each with a form of theirs.

    No limit is lifted: so many people write that nobody meets theirs (six posts in half a minute).
    """
    threads = Thread.objects.filter(category__visibility="public", is_locked=False, post_count__range=ANSWERED_SIZES)
    threads = threads.exclude(title__startswith=talk.THIRTIES).order_by("pk")[:ANSWERED]
    openings = Post.objects.filter(number=1, thread__in=list(threads.values_list("pk", flat=True))).order_by("pk")
    answered = list(openings.values_list("pk", flat=True))
    for turn, member in enumerate(_readers(WRITERS)):
        cookies = dict(readers.cookies_of(member))
        post = answered[turn % len(answered)]
        path = f"/forum/posts/{post}/reply/"
        asking = readers.client(cookies)
        page = readers.read(asking, path).content.decode()
        token = TOKEN.search(page)
        if token is None:
            msg = f"{path} gave no form."
            raise RuntimeError(msg)
        cookies |= {name: morsel.value for name, morsel in asking.cookies.items()}
        fields = {
            "csrfmiddlewaretoken": token[1],
            "source": f"Yes, {member.username}, and @unique@.",
            "submission": "@unique@",
        }
        yield Request(path, readers.header(cookies), "POST", urlencode(fields, safe="@"))
