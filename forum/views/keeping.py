"""Keeps what was sent and could not be posted, or not yet: the text and its files as a draft."""

from commons import clock
from commons.files.forms import FilesForm
from commons.ratelimit import RateLimited
from commons.requests import MemberRequest
from forum import actions, queries
from forum.forms import DraftForm
from forum.models import Draft
from forum.views.places import Place, files_form


def place_named(request: MemberRequest, name: str) -> Place:
    """The place of a draft by its key. A 404 if the reader cannot see it."""
    kind, key = name.split(":")
    if kind == "thread":
        return Place.thread(queries.category_by_key(int(key), reader=request.user))
    post = queries.post(int(key), reader=request.user)
    return Place.reply(post) if kind == "reply" else Place.edit(post)


def keep(request: MemberRequest, place: Place, typed: dict[str, str]) -> Draft:
    return actions.save_draft(
        member=request.user, place=place.name, path=place.path, label=place.label[:255], now=clock.now(), **typed
    )


def keep_sent(request: MemberRequest, place: Place, form: FilesForm) -> FilesForm:
    """What could not be posted stays as a draft, its files with it; the form for these, with what is to mend."""
    typed = DraftForm({**request.POST.dict(), "place": place.name})
    if not typed.is_valid():
        return form
    form.is_valid()
    typed.cleaned_data.pop("place")
    return keep_with_files(request, place, typed.cleaned_data, form)


def keep_with_files(request: MemberRequest, place: Place, typed: dict[str, str], form: FilesForm) -> FilesForm:
    """Keep text and files; the form as it is then, with the file that came at its place and what is to mend."""
    given = files_of(form, language=typed["language"])
    if not given.gifts and not given.words:
        keep(request, place, typed)
        return form
    try:
        draft = actions.add_to_draft(
            member=request.user,
            place=place.name,
            path=place.path,
            label=place.label[:255],
            now=clock.now(),
            given=given,
            **typed,
        )
    except RateLimited as error:
        keep(request, place, typed)
        form.add_error("file", error.reason)
    if form.has_error("file"):
        return form
    return files_form(request, place=place, draft=draft, is_final=form.is_final, is_kept=True)


def files_of(form: FilesForm, *, language: str) -> actions.Files:
    """What a form that has been looked through says of files."""
    return actions.Files(
        gifts=form.gifts(language=language), words=form.words(), gone=frozenset(form.gone()), language=language
    )
