"""One line of somebody's text, escaped so that Markdown shows it as it stands.

Two things that people write in plain text mean the same in Markdown and stay: stress and links.
"""

import re

URL = r"https?://[^\s<>\"`]{1,2000}"
TOKEN = re.compile(
    rf"(?P<bracketed><(?:URL:)?\s*(?P<inner>{URL})\s*>)"
    rf"|(?P<url>\b{URL})"
    r"|(?P<code>(?<![`\w])`[^`\n]+`(?![`\w]))"
    r"|(?P<bold>(?<![\w*])\*(?=[\w\"'(])(?P<bolded>[^*\n]{0,120}?[\w.!?)\"':…])\*(?![\w*]))"
    r"|(?P<stressed>(?<![\w_])_(?=[\w\"'(])(?!_)[^_\n]{0,120}?[^\W_]_(?![\w_]))"
    r"|(?P<mark>&(?=\#?\w{1,32};)|\\(?=[!-/:-@\[-`{-~]|$)|`|\*(?=\S)|(?<=\S)\*|(?<![^\W_])_+|_+(?![^\W_])|<(?=[A-Za-z/!?])"
    r"|!?\[(?=\^|[^\]\n]{0,300}\][\[(:])|~(?=~)|\^(?=\[))"
)
MAY_NEED_ESCAPE = re.compile(r"[&\\`*_<\[~^]|://")
LINE_START = re.compile(
    r"(?:\#{1,6}(?=\s|$)|[-+*](?=\s|$)|[=-]+\s*$|[*_](?=\s*[*_]\s*[*_][\s*_]*$)|:::|~~~|```|>|[|:](?=[|:\s-]*-[|:\s-]*$))"
    r"|(?P<number>\d{1,9})[.)](?=\s|$)"
)
LINE_START_MARKS = set("#-+*=_:~`>|0123456789")
URL_END = ".,;:!?'\"*_"


def escaped(text: str) -> str:
    """For the middle of a line."""
    return TOKEN.sub(_token, text) if MAY_NEED_ESCAPE.search(text) else text


def escaped_marks(text: str) -> str:
    """For the words of a link, in which no other link can be."""
    return TOKEN.sub(lambda found: _escape_all(found["mark"]) if found["mark"] else found[0], text)


def line(text: str) -> str:
    """For a line of its own."""
    text = escaped(text)
    found = LINE_START.match(text) if text[:1] in LINE_START_MARKS else None
    if found is None:
        return text
    at = found.end("number") if found["number"] else 0
    return f"{text[:at]}\\{text[at:]}"


def _token(found: re.Match[str]) -> str:
    if found["bracketed"]:
        return _link(found["inner"])
    if found["url"]:
        return _link(found["url"])
    if found["bold"]:
        return f"**{escaped(found['bolded'])}**"
    if found["mark"]:
        return _escape_all(found["mark"])
    return found[0]


def _escape_all(mark: str) -> str:
    return "".join("\\" + character for character in mark)


def _link(url: str) -> str:
    """An address of the web without the full stop behind it."""
    bare = url.rstrip(URL_END)
    while bare.endswith((")", "]")) and bare.count("(") + bare.count("[") < bare.count(")") + bare.count("]"):
        bare = bare[:-1].rstrip(URL_END)
    end = url[len(bare) :]
    return f"<{bare}>{escaped(end) if end else ''}" if "…" not in bare and "\\" not in bare else url
