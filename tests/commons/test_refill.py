"""Forms that are filled again with what was typed."""

from urllib.parse import urlencode

import html5lib
import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from commons.refill import refilled

KINDS = [("walk", "A walk"), ("talk", "A “talk” & more"), ("meal", "A meal")]


class EveryField(forms.Form):
    title = forms.CharField(initial="Older title")
    words = forms.CharField(widget=forms.Textarea, initial="Older words\n<b>")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=7)
    day = forms.DateField(required=False)
    is_open = forms.BooleanField(required=False, initial=True)
    kind = forms.ChoiceField(choices=KINDS)
    way = forms.ChoiceField(choices=KINDS, widget=forms.RadioSelect, initial="talk")
    days = forms.MultipleChoiceField(choices=KINDS, widget=forms.CheckboxSelectMultiple, initial=["walk"])
    rooms = forms.MultipleChoiceField(choices=KINDS, initial=["meal"])


def page(*bodies: str) -> str:
    return f"<!doctype html><title>A page</title><p>é\n</p>{''.join(bodies)}<form action='/search/'><input name=title></form>"


def form(action: str, body: str) -> str:
    return f'<form method="post" action="{action}">{body}<button name="go" value="1">Send</button></form>'


def sent(html: str, *, nth: int = 0) -> dict[str, list[str]]:
    """What a browser would send of the form as it stands."""
    found = html5lib.parse(html, namespaceHTMLElements=False).findall(".//form")[nth]
    pairs: list[tuple[str, str]] = []
    for field in (one for one in found.iter() if one.tag in {"input", "textarea", "select"}):
        name = field.get("name") or ""
        if field.tag == "textarea":
            pairs.append((name, field.text or ""))
        elif field.tag == "select":
            pairs += [(name, one.get("value") or "") for one in field.iter("option") if "selected" in one.attrib]
        elif field.get("type") not in {"checkbox", "radio"}:
            pairs.append((name, field.get("value") or ""))
        elif "checked" in field.attrib:
            pairs.append((name, field.get("value") or "on"))
    return dict(QueryDict(urlencode(pairs)).lists())


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n<>&\"'"), min_size=1, max_size=30)
choices = st.sampled_from([value for value, _label in KINDS])
typed_in = st.fixed_dictionaries(
    {
        "title": st.lists(texts.map(lambda text: text.replace("\n", " ")), min_size=1, max_size=1),
        "words": st.lists(texts, min_size=1, max_size=1),
        "version": st.just(["3"]),
        "kind": st.lists(choices, min_size=1, max_size=1),
        "way": st.lists(choices, min_size=1, max_size=1),
    },
    optional={
        "is_open": st.just(["on"]),
        "days": st.lists(choices, min_size=1, unique=True).map(lambda chosen: sorted(chosen, key=[*dict(KINDS)].index)),
        "rooms": st.lists(choices, min_size=1, unique=True).map(
            lambda chosen: sorted(chosen, key=[*dict(KINDS)].index)
        ),
    },
)


@given(typed=typed_in)
def test_a_form_is_sent_again_as_it_was_typed(typed: dict[str, list[str]]) -> None:
    html = page(form("/here/", EveryField().as_p()))

    filled = refilled(html, typed, address="/here/", action="/here/")

    assert filled
    assert sent(filled) == {"day": [""], **typed}


def test_only_the_form_that_was_sent_is_filled() -> None:
    html = page(form("/a/", '<input name="title">'), form("b/?x=1", '<input name="title"><input type="file" name="f">'))

    filled = refilled(
        html, {"title": ['"Typed"'], "f": ["x"]}, address="/page/", action="/page/b/", notice="<p>Again</p>"
    )

    assert filled
    assert [sent(filled, nth=nth) for nth in range(3)] == [
        {"title": [""]},
        {"title": ['"Typed"'], "f": [""]},
        {"title": [""]},
    ]
    assert filled.index("<p>Again</p>") > filled.index("b/?x=1")


def test_nothing_lands_in_a_form_of_another_kind() -> None:
    html = page(form("/b/", '<input name="title"><textarea name="reason"></textarea>'))

    assert refilled(html, {"title": ["T"], "words": ["W"]}, address="/page/", action="/a/") is None


def test_what_was_sent_by_a_button_that_leads_elsewhere_comes_back_to_the_form_with_most_of_its_fields() -> None:
    html = page(
        form("/a/", '<input name="title">'), form("/b/", '<input name="title"><textarea name="words"></textarea>')
    )

    filled = refilled(html, {"title": ["T"], "words": ["W"]}, address="/page/", action="/preview/")

    assert filled
    assert sent(filled, nth=1) == {"title": ["T"], "words": ["W"]}


@pytest.mark.parametrize("typed", [{}, {"go": ["1"]}, {"version": ["3"]}])
def test_a_button_that_was_pressed_is_nothing_to_fill_in(typed: dict[str, list[str]]) -> None:
    html = page(form("/here/", '<input type="hidden" name="version" value="4"><input name="title">'))

    assert refilled(html, typed, address="/here/", action="/here/") is None
