"""HTML mail as Markdown: what was said, without how it was dressed."""

import re
from html import unescape
from typing import Any

import nh3
from markdownify import MarkdownConverter

from commons.mail import inline

SIZE_MAX = 256 * 1024
TAGS_MAX = 10_000
KEPT = {
    *("p", "div", "br", "hr", "blockquote", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("a", "b", "strong", "i", "em", "code", "tt", "del", "s", "strike"),
}
DROPPED = {
    "script",
    "style",
    "head",
    "title",
    "noscript",
    "template",
    "svg",
    "math",
    "object",
    "iframe",
    "select",
    "textarea",
}
ROW_END = re.compile(r"</tr\s*>", re.IGNORECASE)
CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
BREAK = re.compile(r"<(?:br|/p|/div|/li|/h\d|/blockquote)\b[^>]*>", re.IGNORECASE)
ANY_TAG = re.compile(r"<[^>]*>")
SPACE_AT_END = re.compile(r"[ \t]+$", re.MULTILINE)
BLANK_LINES = re.compile(r"(?:[ \t\xa0]*\n){3,}")


class Converter(MarkdownConverter):
    """Headings as bold lines: a post's outline is not its reader's page outline."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        text = text.replace("\n", " ")
        return inline.escaped_marks(text) if "a" in parent_tags else inline.line(text)

    def convert_br(self, _el: Any, _text: str, parent_tags: set[str]) -> str:
        return " " if "_inline" in parent_tags else "\n"

    def convert_hN(self, _n: int, _el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: N802 (markdownify's name)
        title = text.strip().strip("*")
        return f"\n\n**{title}**\n\n" if title and "_inline" not in parent_tags else text


def to_markdown(source: str) -> str | None:
    """None for HTML that is deeper or larger than anybody writes; `words` still gets the text out of it."""
    safe = _safe(source)
    if safe.count("<") > TAGS_MAX:
        return None
    try:
        markdown = Converter(bullets="-").convert(safe)
    except RecursionError:
        return None
    return BLANK_LINES.sub("\n\n", SPACE_AT_END.sub("", markdown.replace("\xa0", " "))).strip()


def words(source: str) -> str:
    return BLANK_LINES.sub("\n\n", unescape(ANY_TAG.sub("", BREAK.sub("\n", _safe(source))))).strip()


def _safe(source: str) -> str:
    source = CELL_END.sub(" </td>", ROW_END.sub("<br>", source[:SIZE_MAX]))
    return nh3.clean(
        source,
        tags=KEPT,
        clean_content_tags=DROPPED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
