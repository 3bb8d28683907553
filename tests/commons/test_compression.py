"""What a page weighs on its way, and that its weight tells nothing."""

import gzip

import brotli
import pytest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from commons import compression
from commons.compression import accepted_encoding, compressed_words
from tests.conftest import UNPACK

PAGE = b"<p>Soup is on the table.</p>" * 40


def packed(response: HttpResponseBase, encoding: str) -> HttpResponseBase:
    request = RequestFactory(headers={"Accept-Encoding": encoding}).get("/")
    return compressed_words(lambda _: response)(request)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=1.0", "br"),
        ("br;q=0, gzip", "gzip"),
        ("BR; Q=0.000, GZIP; q=0.1", "gzip"),
        ("brotli, x-gzip", ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_a_reader_gets_the_smallest_that_they_can_read(accepted: str, encoding: str) -> None:
    answer = packed(HttpResponse(PAGE, headers={"ETag": '"soup"'}), accepted)

    assert answer.headers.get("Content-Encoding", "") == encoding
    assert UNPACK[encoding](answer.content) == PAGE
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["ETag"] == ('W/"soup"' if encoding else '"soup"')


@given(st.binary(max_size=3000))
def test_whatever_is_packed_comes_out_again(content: bytes) -> None:
    assert brotli.decompress(compression._brotli(content)) == content


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_same_page_has_many_lengths(encoding: str) -> None:
    lengths = {len(packed(HttpResponse(PAGE), encoding).content) for _ in range(60)}

    assert len(lengths) > 10


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(b"short"),
        HttpResponse(gzip.compress(PAGE * 20, compresslevel=0), headers={"Content-Encoding": "gzip"}),
        FileResponse(iter([PAGE])),
    ],
)
def test_what_would_not_become_smaller_stays_as_it_is(response: HttpResponseBase) -> None:
    before = dict(response.headers)

    assert packed(response, "br").headers == before


def test_what_is_small_already_keeps_its_tag() -> None:
    noise = bytes(range(256))

    answer = packed(HttpResponse(noise, headers={"ETag": '"noise"'}), "br")

    assert (answer.content, answer.headers["ETag"]) == (noise, '"noise"')


def test_pages_come_packed_and_are_kept_for_each_way_of_packing(client: Client, db: None) -> None:
    pages = {way: client.get("/about/", headers={"Accept-Encoding": way}) for way in ("br", "gzip", "identity")}

    assert [page.headers.get("Content-Encoding") for page in pages.values()] == ["br", "gzip", None]
    assert all("Accept-Encoding" in page.headers["Vary"] for page in pages.values())


def test_a_request_without_the_header_gets_it_plain() -> None:
    assert accepted_encoding(HttpRequest()) == ""
