"""Puts what somebody typed back into the form of a page, whatever the form is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple, override
from urllib.parse import urljoin, urlsplit

type Typed = Mapping[str, Sequence[str]]
type Attributes = dict[str, str | None]

BOXES = {"checkbox", "radio"}
NEVER_FILLED = {"file", "password", "submit", "button", "reset", "image"}


class Tag(NamedTuple):
    """The tag of an element, and where it stands in the page."""

    element: str
    attributes: Attributes
    begin: int
    end: int

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    @property
    def value(self) -> str:
        """What it sends if it is chosen."""
        return self.attributes.get("value") or ""


class Edit(NamedTuple):
    """What stands in the page from one place to another, from now on."""

    begin: int
    end: int
    text: str


@dataclass
class Control:
    """A field with its options; a text of many lines goes on to `until`."""

    tag: Tag
    options: list[Tag] = field(default_factory=list)
    until: int = 0

    @property
    def kind(self) -> str:
        is_input = self.tag.element == "input"
        return (self.tag.attributes.get("type") or "text").lower() if is_input else self.tag.element

    @property
    def takes_several(self) -> bool:
        return "multiple" in self.tag.attributes


@dataclass
class Form:
    """A form that is posted, with its fields; what is in it begins at `begin`."""

    action: str
    begin: int
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {control.tag.name for control in self.controls if control.kind != "hidden"}

    @property
    def long_texts(self) -> set[str]:
        return {control.tag.name for control in self.controls if control.kind == "textarea"}


def refilled(page: str, typed: Typed, *, address: str, action: str, notice: str = "") -> str | None:
    """The page at this address, with what was typed in the form that is sent to `action`, or else in the one whose
    long texts were all sent, by a button that leads elsewhere; and with a notice, in HTML, above them.

    None if there is no such form.
    """
    forms = [form for form in _Reader(page, address=address).forms if form.names & typed.keys()]
    exact = [form for form in forms if form.action == action]
    whole = [form for form in forms if form.long_texts and form.long_texts <= typed.keys()]
    form = max(exact or whole, key=lambda form: len(form.names & typed.keys()), default=None)
    if form is None:
        return None
    edits = [Edit(form.begin, form.begin, notice), *_edits(form, typed)]
    for edit in sorted(edits, reverse=True):
        page = page[: edit.begin] + edit.text + page[edit.end :]
    return page


def _edits(form: Form, typed: Typed) -> Iterator[Edit]:
    left = {name: [*values] for name, values in typed.items()}
    for control in form.controls:
        values = left.get(control.tag.name, [])
        if control.kind in BOXES:
            yield _marked(control.tag, "checked", is_so=(control.tag.attributes.get("value", "on") in values))
        elif control.kind == "select":
            if values or control.takes_several:
                yield from (_marked(option, "selected", is_so=option.value in values) for option in control.options)
        elif control.kind not in NEVER_FILLED and values:
            yield _with_text(control, values.pop(0))


def _marked(tag: Tag, mark: str, *, is_so: bool) -> Edit:
    attributes = {name: value for name, value in tag.attributes.items() if name != mark}
    return _written(tag, attributes | ({mark: None} if is_so else {}))


def _with_text(control: Control, text: str) -> Edit:
    if control.kind == "textarea":
        return Edit(control.tag.end, control.until, f"\n{escape(text)}")
    return _written(control.tag, control.tag.attributes | {"value": text})


def _written(tag: Tag, attributes: Attributes) -> Edit:
    said = (name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items())
    return Edit(tag.begin, tag.end, f"<{' '.join([tag.element, *said])}>")


class _Reader(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str, *, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
        self.feed(page)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self._form = self._begun(attributes)
        elif self._form and tag in {"input", "select", "textarea"}:
            self._form.controls.append(Control(self._tag(tag, attributes)))
        elif self._form and self._form.controls and tag == "option":
            self._form.controls[-1].options.append(self._tag(tag, attributes))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif self._form and tag == "textarea":
            self._form.controls[-1].until = self._here()

    def _begun(self, attributes: Attributes) -> Form | None:
        if (attributes.get("method") or "").lower() != "post":
            return None
        action = urlsplit(urljoin(self.address, attributes.get("action") or "")).path
        form = Form(action, self._tag("form", attributes).end)
        self.forms.append(form)
        return form

    def _tag(self, element: str, attributes: Attributes) -> Tag:
        begin = self._here()
        return Tag(element, attributes, begin, begin + len(self.get_starttag_text() or ""))

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
