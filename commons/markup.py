"""Markdown to safe HTML: the only place where HTML from people is made.

`render` makes it once, at write; `RENDERER_VERSION` is stored beside it, so that `manage.py rerender` can make old
texts anew. Whatever the renderer does, nh3 has the last word, with an allow-list.
"""

import html as entities
import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3
from django.utils.text import Truncator

from commons import markdown

RENDERER_VERSION = 2

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]")
"""Characters that show nothing and can garble what stands beside a post, bidirectional overrides among them."""

STACKED_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{6})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""More marks on one letter than any language writes."""

BLOCK_BEGINS = re.compile(r"<(?!/?(?:a|code|del|em|s|span|strong|sup)\b)")
"""Where words before and after a tag are words apart."""

TAGS = {
    "a", "blockquote", "br", "code", "del", "details", "div", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "section", "span", "strong", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip

ATTRIBUTES = {
    "*": {"dir"},
    "a": {"aria-label", "class", "href", "id", "rel", "title"},
    "code": {"class"},
    "div": {"aria-label", "class", "role", "tabindex"},
    "hr": {"class"},
    "li": {"class", "id"},
    "ol": {"class", "start"},
    "section": {"class"},
    "span": {"aria-label", "class", "role"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class"},
}

VALUES = {
    "class": re.compile(
        r"mention|task|task__mark|table-scroll|align-(?:left|right|center)|language-[A-Za-z0-9+#.-]{1,20}"
        r"|footnote-ref|footnote-backref|footnote-item|footnotes|footnotes-sep|footnotes-list"
    ),
    "dir": re.compile("auto|ltr|rtl"),
    "href": re.compile(rf"(?i:{markdown.LINK_ALLOWED.pattern}).*", re.DOTALL),
    "id": re.compile(r"fn(?:ref)?[a-z0-9-]{1,30}(?::[0-9]{1,4})?"),
    "rel": re.compile(markdown.OUTGOING),
    "role": re.compile("group|img"),
    "start": re.compile("[0-9]{1,9}"),
    "tabindex": re.compile("0"),
}
"""Attributes that only take these values, in full."""

_parser = markdown.parser()


@dataclass(frozen=True)
class Rendered:
    html: str
    mentions: tuple[str, ...]
    version: int


def render(source: str, *, people: Mapping[str, str] | None = None, prefix: str = "") -> Rendered:
    """The safe HTML of a text.

    `people` are the usernames that exist, each with its address; only they become links.
    `prefix` sets the footnotes of one text apart from those of others on a page.
    """
    environment: dict[str, object] = {"people": people or {}, "prefix": prefix}
    tokens = _parser.parse(_cleaned(source), environment)
    html = _parser.renderer.render(tokens, _parser.options, environment)
    names = [token.content.lower() for token in markdown.inline_tokens(tokens) if token.type == "mention"]
    return Rendered(html=sanitise(html), mentions=tuple(dict.fromkeys(names)), version=RENDERER_VERSION)


def mentioned(source: str) -> tuple[str, ...]:
    """The usernames that a text names, in small letters, in order, each once."""
    if "@" not in source:
        return ()
    tokens = markdown.inline_tokens(_parser.parse(_cleaned(source), {}))
    return tuple(dict.fromkeys(token.content.lower() for token in tokens if token.type == "mention"))


def without_mention(source: str, *, username: str, address: str, put: str) -> str:
    """A text that names `put` where it mentioned or linked to one person; other people's longer names stay."""
    mention = rf"(?<![\w@/.-])@{re.escape(username)}(?![._-]*[a-zA-Z0-9])"
    link = rf"{re.escape(address.rstrip('/'))}(?=[/?#\s)\]>\"']|$)"
    text = re.sub(mention, f"@{put}", source, flags=re.IGNORECASE)
    return re.sub(link, f"{address.rstrip('/').rpartition('/')[0]}/{put}", text, flags=re.IGNORECASE)


def link_count(source: str) -> int:
    """How many links and pictures of a text lead off this site."""
    tokens = markdown.inline_tokens(_parser.parse(_cleaned(source), {}))
    addresses = [token.attrGet("href") or token.attrGet("src") or "" for token in tokens]
    return sum(markdown.is_outgoing(str(address)) for address in addresses)


def sanitise(html: str) -> str:
    """What of some HTML is on the allow-list; the rest goes, its words stay."""
    return nh3.clean(
        CONTROLS.sub("", html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=allowed_value,
        url_schemes=set(markdown.SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


def allowed_value(_tag: str, attribute: str, value: str) -> str | None:
    """The value of an attribute, or None where it may not have this one."""
    pattern = VALUES.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


def absolute(html: str, *, base: str) -> str:
    """Safe HTML for readers elsewhere: addresses on this site become whole ones."""
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_relative=("rewrite_with_base", f"{base}/")
    )


def plain_text(html: str, *, limit: int) -> str:
    """The words of some safe HTML on one line, at most `limit` characters."""
    words = entities.unescape(nh3.clean(BLOCK_BEGINS.sub(" <", html), tags=set()))
    text = " ".join(words.split())
    return text if len(text) <= limit else Truncator(text).chars(limit)


def _cleaned(source: str) -> str:
    return STACKED_MARKS.sub(r"\1", CONTROLS.sub("", source.replace("\r\n", "\n").replace("\r", "\n")))
