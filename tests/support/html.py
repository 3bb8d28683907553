"""What every HTML answer must be: well-formed, strict about scripts and styles, and usable by everybody."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

TEMPLATE_LEFTOVERS = ("{{", "{%", "{#")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTROLS = ("input", "select", "textarea")
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "headers", "form", "list")
HTMX_VERBS = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")
PERSONAL = "prose"  # the class of what people write
IGNORED_PARSE_ERRORS = {"expected-doctype-but-got-start-tag", "expected-doctype-but-got-chars"}


def check_page(html: str, *, is_fragment: bool) -> list[str]:
    """The faults of an HTML answer, in words; a fragment is spared what only a whole page can have."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parseFragment(html) if is_fragment else parser.parse(html)
    page = Page(root)
    faults = [f"line {line[0]}: {code}" for line, code, _data in parser.errors if code not in IGNORED_PARSE_ERRORS]
    for rule in ALWAYS if is_fragment else ALWAYS + ON_PAGES:
        faults += rule(page)
    return faults


class Page:
    """The elements of an answer, with their parents."""

    def __init__(self, root: Element) -> None:
        self.elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self.parents = {child: parent for parent in root.iter() for child in parent}
        self.ids = {element.get("id") for element in self.elements if element.get("id")}

    def of(self, *tags: str) -> Iterator[Element]:
        return (element for element in self.elements if element.tag in tags)

    def above(self, element: Element) -> Iterator[Element]:
        while (element := self.parents.get(element)) is not None:
            yield element

    def is_personal(self, element: Element) -> bool:
        return any(PERSONAL in (parent.get("class") or "").split() for parent in self.above(element))


def inline_code(page: Page) -> Iterable[str]:
    for element in page.elements:
        is_data = element.tag == "script" and element.get("type") == "application/ld+json"
        if element.tag == "style" or (element.tag == "script" and not element.get("src") and not is_data):
            yield f"inline <{element.tag}>"
        for name in element.attrib:
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"{name}= on <{element.tag}>"


def unique_ids(page: Page) -> Iterable[str]:
    counts = Counter(element.get("id") for element in page.elements if element.get("id"))
    return [f"id {name} {count} times" for name, count in counts.items() if count > 1]


def labels(page: Page) -> Iterable[str]:
    named = {label.get("for") for label in page.of("label")}
    for control in page.of(*CONTROLS):
        if control.get("type") in UNLABELLED or control.get("aria-label") or control.get("aria-labelledby"):
            continue
        if control.get("id") not in named and not any(parent.tag == "label" for parent in page.above(control)):
            yield f"no label for <{control.tag} name={control.get('name')}>"


def pictures(page: Page) -> Iterable[str]:
    return [f"no alt on <img src={img.get('src')}>" for img in page.of("img") if img.get("alt") is None]


def leftovers(page: Page) -> Iterable[str]:
    for element in page.elements:
        if element.tag in {"textarea", "code"} or page.is_personal(element):
            continue
        for text in (element.text or "", element.tail or "", *element.attrib.values()):
            if any(mark in text for mark in TEMPLATE_LEFTOVERS):
                yield f"template leftovers: {text.strip()[:60]}"


def tab_order(page: Page) -> Iterable[str]:
    return [f"tabindex {e.get('tabindex')} on <{e.tag}>" for e in page.elements if (e.get("tabindex") or "0") > "0"]


def names(page: Page) -> Iterable[str]:
    for element in page.of("a", "button", "summary"):
        words = "".join(element.itertext()).strip() or element.get("aria-label") or element.get("aria-labelledby")
        if not words and not any(img.get("alt") for img in element.iter("img")) and not page.is_personal(element):
            yield f"nothing to read in <{element.tag} {element.get('href', '')}>"


def forms(page: Page) -> Iterable[str]:
    for form in page.of("form"):
        if (form.get("method") or "get").lower() == "post" and not any(
            field.get("name") == "csrfmiddlewaretoken" for field in form.iter("input")
        ):
            yield f"no token in <form action={form.get('action')}>"


def ways_without_script(page: Page) -> Iterable[str]:
    for element in page.elements:
        if not any(element.get(verb) for verb in HTMX_VERBS):
            continue
        in_form = any(parent.tag == "form" for parent in page.above(element))
        has_way = element.get("href") or element.get("formaction") or element.get("action")
        if not has_way and not (element.tag == "button" and in_form):
            yield f"<{element.tag}> needs htmx"


def other_hosts(page: Page) -> Iterable[str]:
    for element in page.elements:
        addresses = [element.get("src"), element.get("srcset"), element.get("action"), element.get("formaction")]
        if element.tag == "link" and element.get("rel") != "canonical":
            addresses.append(element.get("href"))
        for address in filter(None, addresses):
            if urlsplit(address).netloc not in {"", "testserver", "127.0.0.1:8000"}:
                yield f"<{element.tag}> asks {address}"


def new_windows(page: Page) -> Iterable[str]:
    return [
        f"target=_blank without noopener on {link.get('href')}"
        for link in page.of("a")
        if link.get("target") == "_blank" and "noopener" not in (link.get("rel") or "")
    ]


def whole_page(page: Page) -> Iterable[str]:
    for html in page.of("html"):
        if not html.get("lang"):
            yield "no lang on <html>"
    if not any((title.text or "").strip(" ·") for title in page.of("title")):
        yield "no title"
    if (count := len(list(page.of("h1")))) != 1:
        yield f"{count} h1"
    if not any(element.get("id") == "main" for element in page.of("main")):
        yield "no <main id=main> for the skip link"


def heading_order(page: Page) -> Iterable[str]:
    levels = [int(element.tag[1]) for element in page.of(*HEADINGS)]
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"h{below} after h{above}"


def references(page: Page) -> Iterable[str]:
    for element in page.elements:
        for name in REFERENCES:
            for target in (element.get(name) or "").split():
                if target not in page.ids:
                    yield f"{name}={target} on <{element.tag}> leads nowhere"
        target = element.get("hx-target") or ""
        if re.fullmatch(r"#[\w-]+", target) and target[1:] not in page.ids:
            yield f"hx-target={target} leads nowhere"


ALWAYS = (
    inline_code, unique_ids, labels, pictures, leftovers, tab_order, names, forms, ways_without_script, other_hosts, new_windows,
)  # fmt: skip
ON_PAGES = (whole_page, heading_order, references)
