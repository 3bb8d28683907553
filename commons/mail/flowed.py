"""Two ways to write a mail that are neither plain nor HTML: format=flowed and text/enriched."""

import re

QUOTED = re.compile(r">+")
SIGNATURE_LINE = "-- "

ENRICHED_PARAMETER = re.compile(r"<param>.*?</param>", re.IGNORECASE | re.DOTALL)
ENRICHED_COMMAND = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,59}>")
ENRICHED_LINES = re.compile(r"\n+")


def unflowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: a line that ends with a space goes on in the next, if both are quoted equally deep."""
    done: list[str] = []
    open_depth, open_text = -1, ""
    for line in text.split("\n"):
        quoted = QUOTED.match(line)
        depth = quoted.end() if quoted else 0
        rest = line[depth:].removeprefix(" ")
        if open_depth >= 0 and (open_depth != depth or rest == SIGNATURE_LINE):
            done.append(_line(open_depth, open_text.rstrip(" ")))
            open_depth, open_text = -1, ""
        if rest.endswith(" ") and rest != SIGNATURE_LINE:
            open_depth, open_text = depth, open_text + (rest[:-1] if delete_space else rest)
        else:
            done.append(_line(depth, open_text + rest))
            open_depth, open_text = -1, ""
    if open_depth >= 0:
        done.append(_line(open_depth, open_text.rstrip(" ")))
    return "\n".join(done)


def unenriched(text: str) -> str:
    """RFC 1896: commands go, one line end is a space, of several one goes, "<<" is "<"."""
    text = ENRICHED_PARAMETER.sub("", text).replace("<<", "\0")
    text = ENRICHED_COMMAND.sub("", text)
    return ENRICHED_LINES.sub(lambda ends: "\n" * (len(ends[0]) - 1) or " ", text).replace("\0", "<")


def _line(depth: int, text: str) -> str:
    return f"{'>' * depth} {text}" if depth else text
