"""What the site as a whole shows."""

from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from psycopg.errors import QueryCanceled

from commons import clock, journal, searching
from commons.access import comes_by_itself, members_only, public
from commons.pagination import BadCursor, decode, encode
from commons.ready import made_once
from commons.requests import MemberRequest, PersonRequest, came_from
from commons.searching import Bound, Question
from forum import queries as forum
from forum import visitors
from forum.models import Category
from forum.search import in_rooms
from members.models import Member
from members.people import queries as people
from members.rules import Person
from pages import mail
from pages.context_processors import THEME_COOKIE, THEMES
from pages.forms import WORDS_MAX_LENGTH, SearchForm
from pages.waiting import waiting_for

THEME_COOKIE_AGE = 365 * 24 * 3600
THREADS_ON_HOME = 5
RESULTS = 20


@public
@require_safe
@made_once
def home(request: PersonRequest) -> HttpResponse:
    threads, now = forum.latest_threads(request.user, limit=THREADS_ON_HOME), clock.now()
    context = {
        "waiting": waiting_for(request.user, now=now) if isinstance(request.user, Member) else [],
        "threads": threads,
        "now": now,
        "is_indexable": visitors.show(request.user, threads=threads, now=now),
        "categories": forum.rooms(request.user),
    }
    return render(request, "pages/home.html", context)


@public
@require_safe
@made_once
def search(request: PersonRequest) -> HttpResponse:
    """One list over all rooms, the latest first, with a few people and titles above it."""
    rooms = forum.rooms(request.user)
    form = SearchForm(request.GET, places=[(room.slug, room.name) for room in rooms])
    context: dict[str, object] = {"form": form, "now": clock.now()}
    if form.is_valid():
        asked = form.question()
        context |= _answer_in_time(request, in_rooms(asked, rooms))
        context["ask_in"] = _ask_in(request, rooms, asked.place)
        if context.get("results") == [] and _is_nobody(asked.author, request.user):
            form.say_that_nobody_is_called_so()
    return render(request, "pages/search.html", context, status=503 if "takes_too_long" in context else 200)


def _is_nobody(username: str, reader: Person) -> bool:
    """Whether no page of such a person is there for this reader: nothing is told of those who are hidden from them."""
    if not username:
        return False
    journal.shows_for_now()
    return not people.visible_to(reader, now=clock.now()).filter(username=username).exists()


def _ask_in(request: PersonRequest, rooms: list[Category], place: str) -> str:
    """Where to ask what was not found: in the category that was searched, or in the first one."""
    open_rooms = [room for room in rooms if not room.is_greeting] if isinstance(request.user, Member) else []
    slugs = [room.slug for room in open_rooms]
    return place if place in slugs else next(iter(slugs), "")


def _answer_in_time(request: PersonRequest, asked: Question) -> dict[str, object]:
    """Who asks for what PostgreSQL would look for too long (`STATEMENT_SECONDS`) is told so: they can ask for less."""
    try:
        return _answer(request, asked)
    except searching.TooLong:
        return {"takes_too_long": True}
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return {"takes_too_long": True}


def _answer(request: PersonRequest, asked: Question) -> dict[str, object]:
    question, now = searching.asked(asked), clock.now()
    if not question.is_asked:
        has_words = searching.are_wanted(searching.terms_of(question.words))
        return {"has_only_small_words": has_words, "has_no_words": not has_words and bool(question.words)}
    after = _bound(request.GET.get("from_here", ""))
    results, more = searching.found(question, reader=request.user, now=now, after=after, size=RESULTS)
    return {
        "question": question,
        "is_answered": True,
        "shelves": [] if after else searching.shelves(question, reader=request.user, now=now),
        "results": results,
        "next": encode([more.at.isoformat(), more.room, more.key]) if more else "",
        "is_first": after is None,
    }


def _bound(cursor: str) -> Bound | None:
    if not cursor:
        return None
    at, room, key = decode(cursor, length=3)
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise BadCursor from None
    if moment.tzinfo is None or not isinstance(room, str) or not isinstance(key, int) or abs(key) >= 2**63:
        raise BadCursor
    return Bound(moment, room, key)


@comes_by_itself
@members_only
@require_safe
def suggest(request: MemberRequest) -> HttpResponse:
    """People and titles that begin with what is typed so far."""
    typed = request.GET.get("q", "")[:WORDS_MAX_LENGTH].replace("\x00", "")
    question = in_rooms(searching.asked(Question(words=typed)), forum.rooms(request.user))
    held = searching.shelves(question, reader=request.user, now=clock.now()) if question.is_anywhere else []
    return render(request, "pages/suggestions.html", {"shelves": held})


@public
@require_safe
def about(request: PersonRequest) -> HttpResponse:
    return render(request, "pages/about.html")


@public
@require_safe
def accessibility(request: PersonRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@public
@require_safe
def source(request: PersonRequest) -> HttpResponse:
    """Where the source of this site is, or whom to ask for it: the licence gives everybody here a right to it."""
    return render(
        request, "pages/source.html", {"source_url": settings.SOURCE_URL, "contact": settings.CONTROLLER_CONTACT}
    )


@public
@require_safe
def theme(request: PersonRequest) -> HttpResponse:
    """Remember light, dark or high contrast for this browser; "system" forgets it.

    A GET, because it changes nothing but how this one browser is answered, and a form with a
    token on every page would make every page different for every visitor.
    """
    chosen = request.GET.get("theme", "")
    response = redirect(came_from(request) or "/")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=THEME_COOKIE_AGE, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@public
@require_safe
def favicon(request: PersonRequest) -> HttpResponse:
    """For browsers that ask for the icon at its old place, whatever a page says."""
    return redirect(static("img/favicon.ico"))


@public
@require_safe
def robots(request: PersonRequest) -> HttpResponse:
    return render(request, "pages/robots.txt", content_type="text/plain")


@public
@require_safe
def manifest(request: PersonRequest) -> HttpResponse:
    """What a device needs to put the site among its apps; before that, an iPhone shows nothing that it is told."""
    about = {
        "id": "/",
        "start_url": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": _("The home that a community builds for itself."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "display": "standalone",
        "background_color": "#f8f5ec",
        "theme_color": "#18311f",
        "icons": [
            {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "purpose": "any maskable"}
            for size in (192, 512)
        ],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@public
@require_safe
def styleguide(request: PersonRequest) -> HttpResponse:
    _only_in_development()
    return render(request, "pages/styleguide.html")


@public
@require_safe
def dev_mail(request: PersonRequest) -> HttpResponse:
    """The mail that a development site has "sent", newest first."""
    _only_in_development()
    return render(request, "pages/dev_mail.html", {"letters": mail.letters(settings.MAIL_FOLDER)})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose proof of origin was stale: gives back what was typed, with a fresh form to send it again."""
    typed = [(name, value) for name, value in request.POST.items() if name == "source"]
    return render(request, "403_csrf.html", {"typed": typed[0][1] if typed else "", "path": request.path}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what is absent and for what is not this reader's to see."""
    return render(request, "404.html", status=404)


def _only_in_development() -> None:
    if not settings.DEVELOPMENT:
        raise Http404
