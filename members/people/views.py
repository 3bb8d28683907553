"""The directory, everybody's page, and where members tell about themselves."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, contributions
from commons.access import members_only, public, require, sealed
from commons.pagination import cursor
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest, PersonRequest
from members.consent import gate
from members.models import Member
from members.people import actions, queries, rules
from members.people.forms import DirectoryForm, NeedsForm, PictureCircleForm, PictureForm, ProfileForm, ThanksForm
from members.people.queries import Filters

CONTRIBUTIONS_SHOWN = 10


@members_only
@require_safe
def directory(request: MemberRequest) -> HttpResponse:
    """Those who said yes to being found, by name, a page at a time."""
    form, now = DirectoryForm(request.GET), clock.now()
    filters = Filters(**form.cleaned_data) if form.is_valid() else Filters()
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = queries.directory(request.user, filters, now=now, after=after, before=before)
    page, people = found.page, found.people
    may_ask = not people or not (filters.is_set or after or before)
    context = {
        "form": form,
        "filters": filters,
        "chips": _chips(form, request.GET),
        "people": people,
        "before": cursor(page.rows[0], by=queries.LISTED_BY) if page.has_before and page.rows else "",
        "after": cursor(page.rows[-1], by=queries.LISTED_BY) if page.has_after and page.rows else "",
        "suggested": found.suggested,
        "is_unlisted": may_ask and not queries.is_listed(request.user, now=now),
    }
    return render(request, "people/directory.html", context)


@public
@require_safe
def person(request: PersonRequest, username: str) -> HttpResponse:
    """Somebody's page. For visitors it exists only after a yes of its owner."""
    found = queries.person(username, viewer=request.user, now=clock.now())
    return _page_of(request, found, form=ThanksForm())


@members_only
@require_POST
def thank(request: MemberRequest, username: str) -> HttpResponse:
    now = clock.now()
    found = queries.person(username, viewer=request.user, now=now)
    require(rules.can_thank(request.user, found))
    form = ThanksForm(request.POST)
    if form.is_valid():
        try:
            actions.give_thanks(giver=request.user, receiver=found, now=now, **form.cleaned_data)
        except RateLimited as error:
            form.add_error(None, error.reason)
        else:
            messages.success(request, _("Your thanks have reached %(name)s.") % {"name": found})
            return redirect(f"{found.get_absolute_url()}#thanks")
    return _page_of(request, found, form=form, status=422)


@members_only
@require_POST
def choose(request: MemberRequest, username: str) -> HttpResponse:
    """Choose to meet somebody, or take that back."""
    found = queries.person(username, viewer=request.user, now=clock.now())
    require(rules.can_choose(request.user, found))
    if request.POST.get("choice") == "no":
        actions.unchoose(member=request.user, other=found)
        said = _("%(name)s no longer sees what is for members you chose.")
    else:
        actions.choose(member=request.user, other=found)
        said = _("%(name)s now sees what you show to members you chose. We don't tell them.")
    messages.info(request, said % {"name": found})
    return redirect(reverse("people:profile") + "#chosen" if request.POST.get("from") == "profile" else found)


@members_only
@require_POST
def thanks(request: MemberRequest, thanks_id: int) -> HttpResponse:
    """The receiver takes thanks off their page or puts them back; the giver takes them back for good."""
    found = queries.thanks_of(thanks_id, viewer=request.user)
    verb, is_mine = request.POST.get("do"), found.receiver == request.user
    if is_mine and verb == "take_off":
        actions.take_off(thanks=found, now=clock.now())
    elif is_mine and verb == "put_back":
        actions.put_back(thanks=found)
    elif not is_mine and verb == "take_back":
        actions.take_back(thanks=found)
    else:
        raise Http404
    return redirect(f"{found.receiver.get_absolute_url()}#thanks")


@members_only
@require_safe
def picture_file(request: MemberRequest, username: str, name: str) -> HttpResponse:
    """A picture, if its owner's yes stands and it is for this reader. Never cached, so no copy outlives the yes."""
    now = clock.now()
    found = queries.picture_file(queries.person(username, viewer=request.user, now=now), name, request.user, now=now)
    path = f"people/{found}"
    if not found or not default_storage.exists(path):
        raise Http404
    with default_storage.open(path) as file:
        return HttpResponse(file.read(), content_type="image/webp", headers={"Cache-Control": "private, no-store"})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """All that the reader tells about themselves, with who sees it; one form, kept at once."""
    told, suggested = queries.told(request.user), queries.suggested_topics()
    form = ProfileForm(request.POST if request.method == "POST" else None, told=told, suggested=suggested)
    if form.is_bound and form.is_valid() and _is_kept(request.user, form):
        messages.success(request, _("Your profile is saved."))
        return redirect("people:profile")
    context = {
        "form": form,
        "suggested": suggested,
        "own_picture": queries.own_picture(request.user),
        "chosen": queries.chosen(request.user),
        "gates": {code.replace(".", "_"): _gate(request, code) for code in queries.PURPOSES},
    }
    return render(request, "people/profile.html", context, status=422 if form.is_bound else 200)


def _is_kept(member: Member, form: ProfileForm) -> bool:
    name, fields = form.cleaned_data["display_name"], form.fields_told()
    topics = {kind: form.topics(kind) for kind in queries.KINDS}
    try:
        actions.save_all(member=member, name=name, fields=fields, topics=topics, now=clock.now())
    except RateLimited as error:
        form.add_error("display_name", str(error))
        return False
    return True


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: MemberRequest) -> HttpResponse:
    """Give a picture, replace it, or say who sees it."""
    sent = request.POST if request.method == "POST" else None
    is_about_circle = sent is not None and "circle" in sent
    told = {"picture_seen_by": queries.told(request.user)["picture_seen_by"]}
    form = PictureForm(None if is_about_circle else sent, request.FILES or None, initial=told)
    circle = PictureCircleForm(sent if is_about_circle else None, initial=told, prefix="circle")
    if circle.is_bound and circle.is_valid():
        actions.save_profile(member=request.user, picture_seen_by=circle.cleaned_data["picture_seen_by"])
        messages.success(request, _("Saved."))
        return redirect("people:own_picture")
    if form.is_bound and form.is_valid() and _is_saved(request, form):
        messages.success(request, _("Your picture is here."))
        return redirect("people:own_picture")
    context = {
        "form": form,
        "circle": circle,
        "own_picture": queries.own_picture(request.user),
        "gate": _gate(request, queries.PHOTO),
    }
    return render(request, "people/picture.html", context, status=422 if sent is not None else 200)


@members_only
@require_POST
def delete_picture(request: MemberRequest) -> HttpResponse:
    if actions.remove_picture(member=request.user):
        messages.info(request, _("Your picture is deleted."))
    return redirect("people:own_picture")


@sealed
@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: MemberRequest) -> HttpResponse:
    """The reader's own access needs, after a yes of their own."""
    now = clock.now()
    text, hosts = queries.own_access_needs(request.user, now=now)
    initial = {"text": text, "hosts": ", ".join(hosts)}
    form = NeedsForm(request.POST if request.method == "POST" else None, member=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        actions.save_access_needs(member=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("Saved. Only the hosts you named can read it."))
        return redirect("people:needs")
    context = {"form": form, "is_kept": bool(text), "gate": _gate(request, queries.NEEDS)}
    return render(request, "people/needs.html", context, status=422 if form.is_bound else 200)


@members_only
@require_POST
def delete_needs(request: MemberRequest) -> HttpResponse:
    if actions.forget_access_needs(member_id=request.user.pk):
        messages.info(request, _("Your access needs are deleted."))
    return redirect("people:needs")


@members_only
@require_safe
def needs_of(request: MemberRequest, username: str) -> HttpResponse:
    """Somebody's access needs, for a host they chose. For everybody else the page does not exist."""
    now = clock.now()
    found = queries.person(username, viewer=request.user, now=now)
    if (text := queries.access_needs(found, request.user, now=now)) is None:
        raise Http404
    return render(request, "people/needs_of.html", {"person": found, "text": text})


def _page_of(request: PersonRequest, found: Member, *, form: ThanksForm, status: int = 200) -> HttpResponse:
    viewer, now = request.user, clock.now()
    shown = queries.shown(found, viewer, now)
    context: dict[str, Any] = {
        "shown": shown,
        "person": found,
        "is_own": viewer == found,
        "contributions": contributions.recent(found, reader=viewer, limit=CONTRIBUTIONS_SHOWN),
    }
    if isinstance(viewer, Member):
        page = queries.thanks(found, viewer, now=now, after=request.GET.get("thanks", ""))
        context |= {
            "thanks": page.rows,
            "older_thanks": cursor(page.rows[-1], by=queries.THANKS_BY) if page.has_after else "",
            "can_thank": rules.can_thank(viewer, found),
            "has_chosen": viewer != found and getattr(shown.person, "is_chosen_by_viewer", False),
            "is_host": viewer != found and queries.is_host_of(found, viewer, now=now),
            "form": form,
        }
    return render(request, "people/person.html", context, status=status)


def _is_saved(request: MemberRequest, form: PictureForm) -> bool:
    """Whether the picture could be kept; if not, the form says why."""
    seen_by = form.cleaned_data["picture_seen_by"]
    try:
        actions.save_picture(member=request.user, upload=form.cleaned_data["picture"], seen_by=seen_by, now=clock.now())
    except actions.NotAPicture:
        form.add_error("picture", _("We can't read this file as a picture. Please choose a JPEG, PNG or WebP."))
    except RateLimited as error:
        form.add_error(None, error.reason)
    else:
        return True
    return False


def _gate(request: MemberRequest, purpose: str) -> bool:
    return bool(gate.allows(request.user, purpose, now=clock.now()))


def _chips(form: DirectoryForm, asked: QueryDict) -> list[dict[str, str]]:
    """What is looked for, each with the address of the list without it."""
    chips = []
    for field in form:
        if field.errors or not (value := form.cleaned_data.get(field.name)):
            continue
        rest = asked.copy()
        for name in (field.name, "after", "before"):
            rest.pop(name, None)
        words = queries.LANGUAGE_NAMES.get(value, value) if field.name == "language" else value
        chips.append({"label": str(field.label), "words": words, "rest": f"?{rest.urlencode()}"})
    return chips
