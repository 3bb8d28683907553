"""Pages for a good talk: nudges, thanks, being heard, the balance of a thread, calm, and how we talk in a room."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock
from commons.access import comes_by_itself, members_only, require
from commons.fragments import is_fragment_wanted
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest
from forum import actions, queries, rules, talk
from forum.enums import Heard
from forum.forms import HowWeTalkForm, ThanksForm
from forum.views import caring
from forum.views.keeping import keep_sent
from forum.views.places import Place, files_form
from forum.views.reading import address_of


@comes_by_itself
@members_only
@require_safe
def nudge(request: MemberRequest, post_id: int) -> HttpResponse:
    """A nudge for whoever has begun to answer a post, or nothing."""
    advice = caring.advice_to(request, queries.post(post_id, reader=request.user))
    return render(request, "forum/nudge.html", {"advice": advice, "post_id": post_id})


@members_only
@require_POST
def hush(request: MemberRequest, post_id: int) -> HttpResponse:
    """No nudges here any more. What was typed is kept."""
    parent = queries.post(post_id, reader=request.user)
    actions.hush(member=request.user, thread=parent.thread, now=clock.now())
    if is_fragment_wanted(request):
        return HttpResponse()
    place = Place.reply(parent)
    draft = queries.draft(request.user, place=place.name)
    keep_sent(request, place, files_form(request, place=place, draft=draft, is_final=False))
    return redirect("forum:reply", post_id)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def thank(request: MemberRequest, post_id: int) -> HttpResponse:
    post = queries.post(post_id, reader=request.user)
    require(rules.can_thank_for(request.user, post))
    form = ThanksForm(request.POST or None)
    if form.is_valid():
        try:
            actions.thank_for(post=post, by=request.user, now=clock.now(), **form.cleaned_data)
        except RateLimited as error:
            form.add_error(None, error.reason)
        else:
            messages.success(request, _("Your thanks have reached %(name)s.") % {"name": post.by})
            return redirect(address_of(request, post.pk))
    context = {"post": post, "thread": post.thread, "form": form}
    return render(request, "forum/thank.html", context, status=422 if form.is_bound else 200)


@members_only
@require_POST
def heard(request: MemberRequest, post_id: int) -> HttpResponse:
    """Whoever was heard says "yes, that's it" or "there is more"."""
    post = queries.post(post_id, reader=request.user)
    require(rules.can_answer_restatement(request.user, post))
    if (answer := request.POST.get("answer", "")) in Heard.values:
        actions.answer_restatement(post=post, answer=Heard(answer), now=clock.now())
    return redirect(address_of(request, post.pk))


@members_only
@require_safe
def balance(request: MemberRequest, thread_id: int) -> HttpResponse:
    """Who has how much of the talk, without names, for those who take part."""
    thread = queries.thread(thread_id, reader=request.user)
    require(rules.can_see_balance(request.user, thread, takes_part=thread.takes_part))
    context = {"thread": thread, "balance": talk.balance(thread, request.user)}
    return render(request, "forum/balance.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def calm(request: MemberRequest, thread_id: int) -> HttpResponse:
    """Ask the moderators to help a thread calm down."""
    thread = queries.thread(thread_id, reader=request.user)
    require(rules.can_ask_for_calm(request.user, takes_part=thread.takes_part))
    context = {"thread": thread, "refused": ""}
    if request.method == "POST":
        moderators = queries.moderators_of(thread.category)
        try:
            actions.ask_for_calm(thread=thread, by=request.user, moderators=moderators, now=clock.now())
        except RateLimited as error:
            context["refused"] = error.reason
        else:
            messages.success(request, _("The moderators know. You need not wait here for them."))
            return redirect(thread.get_absolute_url())
    return render(request, "forum/calm.html", context, status=429 if context["refused"] else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def how_we_talk(request: MemberRequest, slug: str) -> HttpResponse:
    category = queries.category(slug, reader=request.user)
    require(rules.can_moderate(request.user, category))
    form = HowWeTalkForm(request.POST or None, initial={"lines": category.how_we_talk})
    if request.method == "POST" and form.is_valid():
        actions.say_how_we_talk(category=category, lines=form.cleaned_data["lines"])
        return redirect(category.get_absolute_url())
    context = {"category": category, "form": form}
    return render(request, "forum/how_we_talk.html", context, status=422 if form.errors else 200)
