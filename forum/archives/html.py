"""HTML mail as Markdown: what was said, without how it was dressed."""

import re
from html import unescape
from typing import Any

import nh3
from markdownify import MarkdownConverter

from forum.archives import inline

SIZE_MAX = 256 * 1024
KEPT = {
    *("p", "div", "br", "hr", "blockquote", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("a", "b", "strong", "i", "em", "code", "tt", "del", "s", "strike"),
}
DROPPED = {"script", "style", "head", "title", "noscript", "template", "svg", "math", "object", "iframe", "select", "textarea"}
ROW_END = re.compile(r"</tr\s*>", re.IGNORECASE)
CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
BREAKS = re.compile(r"(?:\\[ ]*\n([> ]*)){2,}")
BREAK_ALONE = re.compile(r"^([> ]*)\\[ ]*$", re.MULTILINE)
BREAK_AT_END = re.compile(r"(?<!\\)\\[ ]*(?=\n[> ]*(?:\n|\Z)|\Z)")
BREAK = re.compile(r"(?<!\\)\\[ ]*$(?=\n[> ]*(?:\n|$)|\Z)", re.MULTILINE)
BREAK = re.compile(r"<(?:br|/p|/div|/li|/h\d|/blockquote)\b[^>]*>", re.IGNORECASE)
ANY_TAG = re.compile(r"<[^>]*>")
BLANK_LINES = re.compile(r"(?:[ \t\xa0]*\n){3,}")


class Converter(MarkdownConverter):
    """Headings as bold lines: a post's outline is not its reader's page outline."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return inline.escaped_marks(text) if "a" in parent_tags else inline.line(text)

    def convert_hN(self, _n: int, _el: Any, text: str, parent_tags: set[str]) -> str:  # noqa: N802 (markdownify's name)
        title = text.strip().strip("*")
        return f"\n\n**{title}**\n\n" if title and "_inline" not in parent_tags else text


def to_markdown(source: str) -> str | None:
    """None where HTML is nested deeper than anybody writes; `words` still gets the text out of it."""
    try:
        markdown = Converter(bullets="-", newline_style="backslash").convert(_safe(source))
    except RecursionError:
        return None
    markdown = BREAK_ALONE.sub(r"\1", BREAKS.sub(r"\n\1\n\1", markdown.replace("\xa0", " ")))
    return BLANK_LINES.sub("\n\n", BREAK_AT_END.sub("", markdown)).strip()


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
