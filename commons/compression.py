"""What a page weighs on its way: brotli for a browser that knows it, gzip for one that does not.

A page with a secret and somebody's words in it must not tell by its length how alike the two are (BREACH), so each
answer carries up to `PADDING` bytes of chance: gzip as a file name, brotli as a block that every reader skips.
"""

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

type Answer = Callable[[HttpRequest], HttpResponseBase]

BROTLI, GZIP, PLAIN = "br", "gzip", ""
QUALITY: Final = 5
"""Smaller than gzip at 6, in less time: docs/decisions/0040."""

SHORTEST: Final = 200
PADDING: Final = 100
SKIPPED: Final = 0b01_0_11_0
"""How a block of brotli begins that is skipped (RFC 7932, 9.2): not the last, of no nibbles, its length in one byte."""


def compressed_words(get_response: Answer) -> Answer:
    """Compresses pages. What is streamed, pictures and documents, is small already and keeps its length and its tag."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse):
            compress(response, accepted_encoding(request))
        return response

    return answer


def accepted_encoding(request: HttpRequest) -> str:
    """How this reader gets a page. Whoever keeps answers keeps one for each of these."""
    return _best_of(request.META.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=1000)
def _best_of(header: str) -> str:
    accepted = {
        name.strip().lower()
        for name, _, weight in (part.partition(";") for part in header.split(","))
        if not _is_nothing(weight)
    }
    return next((encoding for encoding in (BROTLI, GZIP) if encoding in accepted), PLAIN)


def _is_nothing(weight: str) -> bool:
    """`q=0` and `q=0.000` refuse."""
    name, _, value = weight.strip().partition("=")
    return name.strip().lower() == "q" and not value.strip().strip("0.")


def compress(response: HttpResponse, encoding: str) -> None:
    """Pack what is long enough and not packed yet; a page may come packed out of `commons.ready`."""
    if len(response.content) < SHORTEST or response.has_header("Content-Encoding"):
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    if encoding == PLAIN:
        return
    packed = _brotli(response.content) if encoding == BROTLI else _gzip(response.content)
    if len(packed) >= len(response.content):
        return
    response.content = packed
    response.headers["Content-Length"] = str(len(packed))
    response.headers["Content-Encoding"] = encoding
    tag = response.headers.get("ETag", "")
    if tag.startswith('"'):
        response.headers["ETag"] = f"W/{tag}"


def _gzip(content: bytes) -> bytes:
    return compress_string(content, max_random_bytes=PADDING)


def _brotli(content: bytes) -> bytes:
    compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=QUALITY)
    begun = compressor.process(content) + compressor.flush()  # a flush ends on a whole byte, where a block may begin
    return begun + _skipped(secrets.token_bytes(1 + secrets.randbelow(PADDING))) + compressor.finish()


def _skipped(padding: bytes) -> bytes:
    head = SKIPPED | (len(padding) - 1) << 6
    return head.to_bytes(2, "little") + padding
