"""What htmx does with an answer, so that "page and fragment" can be compared with the page loaded afresh."""

import re
from collections.abc import Iterable
from copy import deepcopy
from xml.etree.ElementTree import Element

import html5lib

CHANGING = {"csrfmiddlewaretoken", "submission"}
SPACE = re.compile(r"\s+")


def swap(page: str, answer: str, *, target: str, how: str) -> str:
    """The page after an answer was swapped in at the element with the id `target`, and what rides out of band."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    fragment = html5lib.parseFragment(answer, namespaceHTMLElements=False)
    pieces = list(fragment)
    for piece in pieces:
        if piece.get("hx-swap-oob"):
            fragment.remove(piece)
            del piece.attrib["hx-swap-oob"]
            _put(root, [piece], target=piece.get("id") or "", how="outerHTML")
    _put(root, list(fragment), target=target, how=how)
    return html5lib.serialize(root, tree="etree", omit_optional_tags=False, quote_attr_values="always")


def same(one: str, other: str, *, ignoring: Iterable[str] = ()) -> list[str]:
    """Where two pages differ, element by element; tokens and keys differ always and don't count.

    `ignoring` names ids whose insides don't count either.
    """
    left, right = (html5lib.parse(page, namespaceHTMLElements=False) for page in (one, other))
    return list(_differences(left, right, set(ignoring), path="html"))


def _put(root: Element, pieces: list[Element], *, target: str, how: str) -> None:
    place = next(element for element in root.iter() if element.get("id") == target)
    parents = {child: parent for parent in root.iter() for child in parent}
    if how == "innerHTML":
        place[:] = deepcopy(pieces)
        place.text = None
    elif how == "beforeend":
        place.extend(deepcopy(pieces))
    elif how == "afterbegin":
        place[:0] = deepcopy(pieces)
    elif how in {"outerHTML", "afterend", "delete"}:
        parent = parents[place]
        at = list(parent).index(place)
        kept = [place] if how == "afterend" else []
        parent[at : at + 1] = [*kept, *([] if how == "delete" else deepcopy(pieces))]
    else:
        raise ValueError(how)


def _differences(left: Element, right: Element, ignoring: set[str], *, path: str) -> Iterable[str]:
    if left.get("name") in CHANGING and left.get("name") == right.get("name"):
        return
    if (left.tag, left.attrib) != (right.tag, right.attrib):
        yield f"{path}: <{left.tag} {left.attrib}> is not <{right.tag} {right.attrib}>"
        return
    if left.get("id") in ignoring:
        return
    for words in ((left.text, right.text), *((a.tail, b.tail) for a, b in zip(left, right, strict=False))):
        one, other = (SPACE.sub(" ", text or "").strip() for text in words)
        if one != other:
            yield f"{path}: {one!r} is not {other!r}"
    if len(left) != len(right):
        yield f"{path}: {[e.tag for e in left]} is not {[e.tag for e in right]}"
        return
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        yield from _differences(one, other, ignoring, path=f"{path}/{one.tag}[{number}]")
