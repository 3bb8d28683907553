"""Asking to talk, answering, writing with one person, and wanting no contact."""

from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons import clock, pagination
from commons.access import Denied, Verdict, members_only, require
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest
from members.consent import gate
from members.contact import actions, queries, rules
from members.contact.enums import RequestState
from members.contact.forms import MessageForm, RequestForm
from members.contact.models import ContactRequest, Conversation
from members.models import Member


@members_only
@require_safe
def inbox(request: MemberRequest) -> HttpResponse:
    """Conversations, requests to answer, and requests that were sent."""
    context = {
        "waiting": queries.waiting_for(request.user),
        "sent": queries.sent_by(request.user),
        "conversations": queries.conversations(request.user),
        "takes_requests": bool(gate.allows(request.user, "contact.requests", now=clock.now())),
    }
    return render(request, "contact/inbox.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: MemberRequest, username: str) -> HttpResponse:
    """Ask somebody for a yes to talk."""
    asked, now = queries.person(username), clock.now()
    require(_may_ask(request.user, asked))
    form = RequestForm(request.POST or None)
    if form.is_valid():
        try:
            actions.ask(asker=request.user, asked=asked, words=form.cleaned_data["words"], now=now)
        except RateLimited as error:
            form.add_error(None, error.reason)
        else:
            messages.success(
                request, _("Sent. If %(name)s says yes, you find the conversation here.") % {"name": asked}
            )
            return redirect("contact:inbox")
    status = 422 if form.is_bound else 200
    return render(request, "contact/ask.html", {"asked": asked, "form": form}, status=status)


@members_only
@require_POST
def answer(request: MemberRequest, request_id: int, verb: str) -> HttpResponse:
    """Accept or decline what somebody asked."""
    waiting: QuerySet[ContactRequest] = ContactRequest.objects.select_related("asker", "asked")
    found = get_object_or_404(waiting, pk=request_id, asked=request.user, state=RequestState.REQUESTED)
    if verb == "decline":
        actions.decline(request=found, now=clock.now())
        messages.info(request, _("You said no. %(name)s is not told.") % {"name": found.asker})
        return redirect("contact:inbox")
    conversation = actions.accept(request=found, surface=request.path, now=clock.now())
    return redirect(conversation or "contact:inbox")


@members_only
@require_POST
def withdraw(request: MemberRequest, request_id: int) -> HttpResponse:
    """Take one's own request back."""
    found = get_object_or_404(ContactRequest, pk=request_id, asker=request.user)
    actions.withdraw(request=found, now=clock.now())
    messages.info(request, _("You took your request back."))
    return redirect("contact:inbox")


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """What two people write each other, latest first."""
    found = queries.conversation(conversation_id, reader=request.user)
    verdict = _may_write(request.user, found)
    form = MessageForm(request.POST or None, initial={"submission": uuid4()})
    if request.method == "POST":
        require(verdict)
        if form.is_valid():
            try:
                actions.send(conversation=found, by=request.user, now=clock.now(), **form.cleaned_data)
            except RateLimited as error:
                form.add_error(None, error.reason)
            else:
                return redirect(found)
    context = {**_page(request, found), "conversation": found, "form": form, "can_write": verdict}
    status = 422 if form.is_bound else 200
    return render(request, "contact/conversation.html", context, status=status)


@members_only
@require_POST
def close(request: MemberRequest, conversation_id: int) -> HttpResponse:
    """End a conversation, without a reason."""
    found = queries.conversation(conversation_id, reader=request.user)
    actions.close(conversation=found, by=request.user, surface=request.path, now=clock.now())
    messages.info(request, _("The conversation is closed. It can be opened again by a new request."))
    return redirect("contact:inbox")


@members_only
@require_safe
def no_contacts(request: MemberRequest) -> HttpResponse:
    """The people with whom the reader wants no contact."""
    return render(request, "contact/no_contacts.html", {"rows": queries.no_contacts(request.user)})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def no_contact(request: MemberRequest, username: str) -> HttpResponse:
    """End all contact with somebody; a plain question first."""
    other = queries.person(username)
    if other == request.user:
        require(Denied(_("This is your own page.")))
    if request.method == "POST":
        actions.want_no_contact(member=request.user, other=other, surface=request.path, now=clock.now())
        messages.info(request, _("There is no more contact between you and %(name)s.") % {"name": other})
        return redirect("contact:no_contacts")
    return render(request, "contact/no_contact.html", {"other": other})


@members_only
@require_POST
def allow_contact(request: MemberRequest, username: str) -> HttpResponse:
    """Let contact be possible again."""
    other = queries.person(username)
    actions.allow_contact(member=request.user, other=other)
    messages.info(request, _("Contact with %(name)s is possible again.") % {"name": other})
    return redirect("contact:no_contacts")


def _may_ask(asker: Member, asked: Member) -> Verdict:
    last, is_blocked = queries.last_request(asker, asked), queries.is_blocked(asker, asked)
    return rules.can_ask(asker, asked, last=last, is_blocked=is_blocked, now=clock.now())


def _may_write(author: Member, found: Conversation) -> Verdict:
    other = found.other_than(author)
    is_blocked = queries.is_blocked(author, other)
    return rules.can_write(author, found, other=other, is_blocked=is_blocked, now=clock.now())


def _page(request: MemberRequest, found: Conversation) -> dict[str, object]:
    cursor = request.GET.get("before", "")
    before = pagination.decode(cursor, length=2) if cursor else None
    page = queries.messages(found, before=before)
    older = pagination.cursor(page.rows[-1], by=queries.MESSAGES_BY) if page.has_after else ""
    return {"page": page, "older": older, "other": found.other_than(request.user)}
