"""What the site as a whole shows."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from commons import clock
from commons.access import public
from commons.requests import PersonRequest, came_from
from forum import queries as forum
from forum import visitors
from members.models import Member
from pages import mail
from pages.context_processors import THEME_COOKIE, THEMES
from pages.waiting import waiting_for

THEME_COOKIE_AGE = 365 * 24 * 3600
THREADS_ON_HOME = 5


@public
@require_safe
def home(request: PersonRequest) -> HttpResponse:
    threads, now = list(forum.latest_threads(request.user, limit=THREADS_ON_HOME)), clock.now()
    context = {
        "waiting": waiting_for(request.user, now=now) if isinstance(request.user, Member) else [],
        "threads": threads,
        "now": now,
        "is_indexable": visitors.show(request.user, threads=threads, now=now),
        "categories": forum.categories(request.user),
    }
    return render(request, "pages/home.html", context)


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
