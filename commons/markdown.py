"""The Markdown that people write here: CommonMark with tables, strikethrough, autolinks, footnotes, task lists,
mentions and collapsible details. Only `commons.markup` uses it; what it makes is sanitised there.

Decisions that differ from CommonMark: HTML is text; one line break is a line break; headings begin at h4, because
a post stands under the headings of its page; a picture is a link, because nothing remote is ever loaded.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

NESTING_MAX = 40
HEADING_FIRST, HEADING_LAST = 4, 6
OUTGOING = "nofollow ugc noopener"
SCHEMES = ("http", "https", "mailto")

MENTION = re.compile(r"@([a-zA-Z0-9][a-zA-Z0-9._-]{0,28}[a-zA-Z0-9])(?![a-zA-Z0-9_@-])")
TASK = re.compile(r"\[([ xX])\]\s")
LANGUAGE = re.compile(r"[A-Za-z0-9+#.-]{1,20}\Z")
LINK_ALLOWED = re.compile(r"(?:https?://|mailto:)[^\s]|/(?![/\\])|#")
DIRECTED = {"paragraph_open", "heading_open", "th_open", "td_open"}
AROUND = {"blockquote", "bullet_list", "ordered_list", "list_item", "footnote"}
DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def parser() -> MarkdownIt:
    """One parser for all texts; it keeps no state between them."""
    md = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True, "maxNesting": NESTING_MAX})
    md.enable(["table", "strikethrough", "linkify"])
    md.use(footnote_plugin, inline=False)
    md.use(container_plugin, "details", validate=_is_details, render=_render_details)
    assert md.linkify is not None  # the option above has made it
    md.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    md.linkify.add("ftp:", None).add("//", None)
    md.validateLink = lambda url: bool(LINK_ALLOWED.match(url.strip().lower()))  # type: ignore[method-assign] # its own way to be told
    md.inline.ruler.before("link", "mention", _mention)
    md.core.ruler.push("tasks", _mark_tasks)
    md.core.ruler.push("blocks", _dress_blocks)
    md.core.ruler.push("directions", _direct_around)
    md.core.ruler.push("headings", _step_headings)
    for rule in (_render_mention, _render_task, _render_image, _render_link_open, _render_fence, _render_table_open):
        md.add_render_rule(rule.__name__.removeprefix("_render_"), rule)
    md.add_render_rule("code_block", _render_fence)
    md.add_render_rule("footnote_open", _render_footnote_open)
    md.add_render_rule("table_close", lambda *_arguments: "</table></div>\n")
    md.add_render_rule("footnote_anchor_name", _render_footnote_name)
    md.add_render_rule("footnote_anchor", _render_footnote_anchor)
    return md


def inline_tokens(tokens: Sequence[Token]) -> Iterator[Token]:
    """Every token inside the lines of a text."""
    for token in tokens:
        yield from token.children or ()


def is_outgoing(href: str) -> bool:
    """Whether a link leads off this site."""
    netloc = urlsplit(href).netloc
    return bool(netloc) and netloc != urlsplit(settings.SITE_URL).netloc


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (the parser's signature)
    if state.src[state.pos] != "@" or state.linkLevel or not (match := MENTION.match(state.src, state.pos)):
        return False
    if state.pos and (state.src[state.pos - 1].isalnum() or state.src[state.pos - 1] in "_@/.-"):
        return False
    if not silent:
        state.push("mention", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _mark_tasks(state: StateCore) -> None:
    """`- [ ] text` and `- [x] text` become marks with a name, which a screen reader says."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if (item.type, paragraph.type, inline.type) != ("list_item_open", "paragraph_open", "inline"):
            continue
        words = inline.children or []
        if words and words[0].type == "text" and (match := TASK.match(words[0].content)):
            words[0].content = words[0].content[match.end() :]
            words.insert(0, Token("task", "", 0, content=match[1]))
            item.attrJoin("class", "task")


def _dress_blocks(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in DIRECTED:
            token.attrSet("dir", "auto")
        if style := token.attrs.pop("style", ""):
            token.attrSet("class", f"align-{str(style).removeprefix('text-align:')}")


def _direct_around(state: StateCore) -> None:
    """A quote or a list runs as its first letter does; `dir="auto"` would not see it, as it skips what has a `dir`."""
    undecided: list[Token] = []
    for token in state.tokens:
        if token.type.removesuffix("_close") in AROUND:
            undecided = [outer for outer in undecided if outer.level < token.level]
        elif token.type.removesuffix("_open") in AROUND:
            undecided.append(token)
        elif undecided and (direction := _direction(token)):
            for outer in undecided:
                outer.attrSet("dir", direction)
            undecided = []


def _direction(token: Token) -> str:
    """How the first letter of a line runs; code and mentions, Latin in every language, do not count."""
    words = "".join(child.content for child in token.children or () if child.type == "text")
    kinds = map(unicodedata.bidirectional, words)
    return next((DIRECTIONS[kind] for kind in kinds if kind in DIRECTIONS), "")


def _step_headings(state: StateCore) -> None:
    """Headings go down one step at a time from h4, whatever number of # somebody liked the size of."""
    above: list[str] = []
    for token in state.tokens:
        if token.type == "heading_open":
            above = [*(tag for tag in above if tag < token.tag), token.tag]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(HEADING_FIRST + len(above) - 1, HEADING_LAST)}"


def _is_details(params: str, *_arguments: object) -> bool:
    return params.strip().split(" ", 1)[0] == "details"


def _render_details(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    if tokens[index].nesting < 0:
        return "</details>\n"
    title = tokens[index].info.strip().removeprefix("details").strip() or _("More")
    return f'<details><summary dir="auto">{escape(title)}</summary>\n'


def _render_mention(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    name = tokens[index].content
    address = env["people"].get(name.lower())
    return f'<a class="mention" href="{escape(address)}">@{name}</a>' if address else f"@{name}"


def _render_task(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    is_done = tokens[index].content != " "
    mark, name = ("☑", _("done")) if is_done else ("☐", _("to do"))
    return f'<span class="task__mark" role="img" aria-label="{escape(name)}">{mark}</span> '


def _render_image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    words = renderer.renderInlineAsText(token.children or [], options, env) or token.attrGet("src")
    text = escape(_("Picture: %(words)s") % {"words": words})
    if _is_inside_link(tokens, index):
        return text
    return f'<a href="{escape(token.attrGet("src"))}"{_rel(str(token.attrGet("src")))}>{text}</a>'


def _render_link_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    if is_outgoing(str(tokens[index].attrGet("href"))):
        tokens[index].attrSet("rel", OUTGOING)
    return renderer.renderToken(tokens, index, options, env)


def _render_fence(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    language = tokens[index].info.strip().split(" ", 1)[0]
    name = f' class="language-{language}"' if LANGUAGE.match(language) else ""
    return f'<pre dir="auto"><code{name}>{escape(tokens[index].content)}</code></pre>\n'


def _render_table_open(
    _renderer: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'<div class="table-scroll" role="group" tabindex="0" aria-label="{escape(_("Table"))}"><table>\n'


def _render_footnote_name(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    return f"{env['prefix']}{tokens[index].meta['id'] + 1}"


def _render_footnote_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    name = _render_footnote_name(renderer, tokens, index, options, env)
    direction = f' dir="{tokens[index].attrs["dir"]}"' if tokens[index].attrs else ""
    return f'<li id="fn{name}" class="footnote-item"{direction}>'


def _render_footnote_anchor(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    name = _render_footnote_name(renderer, tokens, index, options, env)
    again = f":{tokens[index].meta['subId']}" if tokens[index].meta.get("subId", 0) > 0 else ""
    label = escape(_("Back to the text"))
    return f' <a href="#fnref{name}{again}" class="footnote-backref" aria-label="{label}">↩</a>'


def _rel(href: str) -> str:
    return f' rel="{OUTGOING}"' if is_outgoing(href) else ""


def _is_inside_link(tokens: Sequence[Token], index: int) -> bool:
    return sum((t.type == "link_open") - (t.type == "link_close") for t in tokens[:index]) > 0
