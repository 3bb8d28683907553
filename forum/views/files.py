"""Files while somebody writes: added and taken out at once, with everything else that is typed kept."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commons.access import members_only, require
from commons.fragments import is_fragment_wanted
from commons.requests import MemberRequest
from forum import actions, queries
from forum.forms import DraftForm
from forum.views.keeping import keep_with_files, place_named
from forum.views.places import files_form
from members.rules import can_contribute


@members_only
@require_POST
def draft_files(request: MemberRequest) -> HttpResponse:
    """Add the file that was chosen, or take one out, and go back to writing."""
    typed = DraftForm(request.POST)
    if not typed.is_valid():
        return HttpResponse(_("This draft could not be kept."), status=422, content_type="text/plain; charset=utf-8")
    place = place_named(request, typed.cleaned_data.pop("place"))
    require(can_contribute(request.user))
    draft = queries.draft(request.user, place=place.name)
    if draft and (key := request.POST.get("take_out", "")).isdecimal():
        actions.take_out_of_draft(draft=draft, file_id=int(key))
    form = files_form(request, place=place, draft=draft, is_final=False)
    form.is_valid()
    form = keep_with_files(request, place, typed.cleaned_data, form)
    if is_fragment_wanted(request):
        context = {"composer": {"files": form, "place": place}}
        return render(request, "forum/picker.html", context, status=422 if form.errors else 200)
    for error in form.error_sentences():
        messages.error(request, error)
    return redirect(place.path if form.errors else f"{place.path}#{place.ids % 'files'}")
