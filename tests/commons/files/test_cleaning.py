"""Files come out as what they are and nothing more, or not at all."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from commons.files.cleaning import limits
from commons.files.cleaning.formats import Format, of_bytes
from commons.files.cleaning.limits import Refusal, Refused
from commons.files.cleaning.making import Made, clean
from commons.files.cleaning.notes import without_notes
from tests.support import strange_files as strange
from tests.support.strange_files import SCRIPT, SECRET

type Clean = Callable[[bytes], tuple[Made, bytes]]

JPEG = strange.picture()
WILD = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def cleaned(tmp_path: Path) -> Clean:
    """What a file becomes, and its bytes."""

    def make(data: bytes) -> tuple[Made, bytes]:
        source, folder = tmp_path / "given", tmp_path / "made"
        source.write_bytes(data)
        folder.mkdir(exist_ok=True)
        made = clean(source, folder)
        return made, (folder / "full").read_bytes()

    return make


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (JPEG, Format.JPEG),
        (strange.picture("PNG"), Format.PNG),
        (strange.picture("GIF"), Format.GIF),
        (strange.picture("WEBP"), Format.WEBP),
        (strange.picture("AVIF"), Format.AVIF),
        (strange.pdf(), Format.PDF),
        ("Bread, soup; naïve\n".encode(), Format.TEXT),
        (b"\xef\xbb\xbfname,number\n", Format.TEXT),
        (strange.opendocument("text"), Format.ODT),
        (strange.opendocument("spreadsheet"), Format.ODS),
        (strange.opendocument("presentation"), Format.ODP),
        (strange.office("docx"), Format.DOCX),
        (strange.office("xlsx"), Format.XLSX),
        (strange.office("pptx"), Format.PPTX),
    ],
)
def test_a_file_is_told_by_what_it_holds(data: bytes, kind: Format) -> None:
    assert of_bytes(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><title>x</title>",
        b"<script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf x\n",
        b"MZ\x90\x00 a program",
        b"\x7fELF a program",
        b"na\xefve words in an old encoding",
        b"nothing \x00 to read",
        b"xx" + JPEG,
        strange.zipped({"a.txt": "a"}),
        strange.zipped({"mimetype": "application/epub+zip"}),
        b"PK\x03\x04 and nothing else",
        strange.office("docx").replace(b"[Content_Types].xml", b"[Content_Types].xyz"),
    ],
)
def test_what_is_not_taken(data: bytes, cleaned: Clean) -> None:
    with pytest.raises(Refused) as refused:
        cleaned(data)
    assert refused.value.refusal == Refusal.UNKNOWN


@pytest.mark.slow  # it encodes fourteen pictures
@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "1"),
        ("PNG", "I;16"), ("GIF", "P"), ("WEBP", "RGBA"), ("AVIF", "RGB"),
    ],
)  # fmt: skip
def test_every_picture_becomes_one_for_the_web_with_a_small_preview(
    kind: str, mode: str, cleaned: Clean, tmp_path: Path
) -> None:
    made, full = cleaned(strange.picture(kind, size=(3000, 1500), mode=mode))

    image, preview = Image.open(BytesIO(full)), tmp_path / "made" / "preview"
    assert image.format == ("JPEG" if kind == "JPEG" else "WEBP")
    assert (image.width, image.height) == (made.width, made.height) == (1500, 750)
    assert Image.open(BytesIO(preview.read_bytes())).size == (made.preview_width, made.preview_height) == (960, 480)
    assert preview.stat().st_size <= limits.PREVIEW_MAX_BYTES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_forgets_where_and_with_what_it_was_taken(kind: str, cleaned: Clean) -> None:
    data = strange.spying_picture(kind)
    assert SECRET in data

    _made, full = cleaned(data)

    image = Image.open(BytesIO(full))
    assert SECRET not in full
    assert (dict(image.getexif()), image.info.get("icc_profile"), image.info.get("comment")) == ({}, None, None)


def test_a_picture_stands_as_its_camera_was_held(cleaned: Clean) -> None:
    image, exif, file = Image.new("RGB", (100, 60), "red"), Image.Exif(), BytesIO()
    image.paste("blue", (0, 0, 50, 60))
    exif[0x0112] = 6  # turned a quarter
    image.save(file, "JPEG", exif=exif)

    made, full = cleaned(file.getvalue())

    assert (made.width, made.height) == (60, 100)
    red, _green, blue = Image.open(BytesIO(full)).convert("RGB").getpixel((30, 10))
    assert blue > red


def test_deep_greys_stay_greys(cleaned: Clean) -> None:
    file = BytesIO()
    Image.new("I;16", (20, 20), 0x8000).save(file, "PNG")

    grey = Image.open(BytesIO(cleaned(file.getvalue())[1])).convert("L").getpixel((10, 10))

    assert 120 < grey < 136


@pytest.mark.parametrize(
    "tail", [strange.zipped({"evil.html": SCRIPT}), SCRIPT, b"*/=1;alert(1)//", b"%PDF-1.7 " + SCRIPT]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_nothing_after_the_end_of_a_picture_survives(kind: str, tail: bytes, cleaned: Clean) -> None:
    _made, full = cleaned(strange.picture(kind) + tail)

    assert tail not in full
    assert SCRIPT not in full


def test_a_picture_that_is_a_script_as_well_is_one_no_more(cleaned: Clean) -> None:
    data = strange.picture("GIF")
    both = data[:6] + b"/*" + data[8:] + b"*/=1;alert('polyglot')"

    try:
        _made, full = cleaned(both)
    except Refused:
        return
    assert b"alert" not in full


@pytest.mark.slow  # it packs 50 MB of zeros
def test_a_picture_of_twenty_thousand_by_twenty_thousand_is_refused_unopened(cleaned: Clean) -> None:
    data = strange.huge_png()
    assert len(data) < 10 * limits.MB

    with pytest.raises(Refused) as refused:
        cleaned(data)
    assert refused.value.refusal == Refusal.TOO_MANY_PIXELS


@pytest.mark.slow  # it encodes a large picture
@pytest.mark.parametrize(("kind", "size"), [("GIF", (4100, 4000)), ("PNG", (limits.SIDE_MAX + 1, 1))])
def test_each_format_has_its_own_bound(kind: str, size: tuple[int, int], cleaned: Clean) -> None:
    with pytest.raises(Refused) as refused:
        cleaned(strange.picture(kind, size=size))
    assert refused.value.refusal == Refusal.TOO_MANY_PIXELS


def test_a_pdf_runs_nothing_hides_nothing_and_tells_of_nobody(cleaned: Clean) -> None:
    made, full = cleaned(strange.armed_pdf())

    assert (made.content_type, made.width) == ("application/pdf", 0)
    with pikepdf.open(BytesIO(full)) as document:
        plain = b"".join(one.unparse(resolved=True) for one in document.objects)
        streams = b"".join(one.read_raw_bytes() for one in document.objects if isinstance(one, pikepdf.Stream))
        links = [str(note.get("/A", {}).get("/URI", "")) for note in document.pages[0].Annots]
        assert len(document.pages) == 1
        assert document.attachments == {}
        assert "/Info" not in document.trailer
    for gone in (
        b"armed",
        b"JavaScript",
        b"OpenAction",
        b"/AA",
        b"Launch",
        b"calculator",
        b"payload",
        SECRET,
        b"Metadata",
    ):
        assert gone not in plain + streams, gone
    assert links == ["", "https://example.org/kept"]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (strange.pdf(encryption=pikepdf.Encryption(owner="o", user="u")), Refusal.LOCKED),
        (strange.pdf(encryption=pikepdf.Encryption(owner="o", user="")), Refusal.LOCKED),
        (strange.pdf(pages=limits.PAGES_MAX + 1), Refusal.TOO_MANY_PAGES),
        (b"%PDF-1.7\nnothing more", Refusal.BROKEN),
        (strange.saved(pikepdf.new()), Refusal.BROKEN),
    ],
)
def test_a_pdf_is_refused_with_the_reason(data: bytes, refusal: Refusal, cleaned: Clean) -> None:
    with pytest.raises(Refused) as refused:
        cleaned(data)
    assert refused.value.refusal == refusal


def test_what_stands_after_a_pdf_goes(cleaned: Clean) -> None:
    _made, full = cleaned(strange.pdf() + strange.zipped({"evil.html": SCRIPT}))

    assert b"evil.html" not in full


@pytest.mark.parametrize("data", [strange.office(kind) for kind in ("docx", "xlsx", "pptx")] + [strange.opendocument()])
def test_a_document_forgets_who_made_it_and_keeps_its_words(data: bytes, cleaned: Clean) -> None:
    _made, full = cleaned(data)

    with ZipFile(BytesIO(full)) as parts, ZipFile(BytesIO(data)) as before:
        assert parts.namelist() == before.namelist()
        everything = b"".join(parts.read(name) for name in parts.namelist())
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        if "mimetype" in parts.namelist():
            assert parts.infolist()[0].compress_type == 0
    assert b"Minutes of the meeting" in everything
    assert SECRET not in everything


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({"word/vbaProject.bin": b"macro"}, Refusal.MACROS),
        ({"word/activeX/activeX1.xml": b"control"}, Refusal.MACROS),
        ({"word/embeddings/oleObject1.bin": b"object"}, Refusal.MACROS),
        ({"Basic/Standard/Module1.xml": b"macro"}, Refusal.MACROS),
        ({"word/embeddings/book.xlsx": strange.office("xlsx")}, Refusal.HOLDS_FILES),
        ({"word/media/image2.png": strange.zipped({"42": strange.zipped({"0": b"0" * 1000})})}, Refusal.HOLDS_FILES),
        ({"word/media/evil.emf": b"MZ a program"}, Refusal.HOLDS_FILES),
        ({"../../etc/passwd": b"x"}, Refusal.BROKEN),
        ({"/etc/passwd": b"x"}, Refusal.BROKEN),
        ({"word\\evil.xml": b"x"}, Refusal.BROKEN),
        ({"C:evil.xml": b"x"}, Refusal.BROKEN),
        ({"word/bomb.xml": b"0" * (20 * limits.MB)}, Refusal.BOMB),
        ({f"word/{n}.xml": b"" for n in range(limits.PARTS_MAX)}, Refusal.BOMB),
        (
            {"word/_rels/settings.xml.rels": b'<Relationship Type="http://x/relationships/attachedTemplate" '
             b'Target="https://evil.example/t.dotm" TargetMode="External"/>'},
            Refusal.LEADS_OUT,
        ),
        ({"META-INF/manifest.xml": b"<manifest:encryption-data/>"}, Refusal.LOCKED),
    ],
)  # fmt: skip
def test_a_document_that_holds_more_than_words_is_refused(
    parts: dict[str, bytes], refusal: Refusal, cleaned: Clean
) -> None:
    with pytest.raises(Refused) as refused:
        cleaned(strange.office("docx", parts))
    assert refused.value.refusal == refusal


def test_a_document_may_link_to_pages(cleaned: Clean) -> None:
    link = b'<Relationship Type="http://x/relationships/hyperlink" Target="https://example.org" TargetMode="External"/>'

    made, _full = cleaned(strange.office("docx", {"word/_rels/document.xml.rels": link}))

    assert made.ending == "docx"


def test_what_a_table_of_contents_hides_is_counted_while_it_is_read(
    cleaned: Clean, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PARTS_MAX_BYTES", 100_000)
    data = bytearray(strange.office("docx", {"word/long.xml": bytes(range(256)) * 3000}))
    with ZipFile(BytesIO(data)) as parts:
        true_size = parts.getinfo("word/long.xml").file_size.to_bytes(4, "little")
    lying = bytes(data).replace(true_size, (10).to_bytes(4, "little"))

    with pytest.raises(Refused) as refused:
        cleaned(lying)
    assert refused.value.refusal in {Refusal.BOMB, Refusal.BROKEN}


def test_a_locked_document_is_refused(cleaned: Clean) -> None:
    data = bytearray(strange.office("docx"))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(Refused) as refused:
        cleaned(bytes(data))
    assert refused.value.refusal == Refusal.LOCKED


def test_text_stays_as_it_is(cleaned: Clean) -> None:
    words = "name;number\nSinéad;1\n".encode()

    made, full = cleaned(words)

    assert (made.content_type, full) == ("text/plain; charset=utf-8", words)


REAL = {
    "jpeg": strange.spying_picture(), "png": strange.picture("PNG"), "gif": strange.picture("GIF"),
    "webp": strange.picture("WEBP"), "avif": strange.picture("AVIF"), "pdf": strange.armed_pdf(),
    "docx": strange.office("docx"), "odt": strange.opendocument(),
}  # fmt: skip


@pytest.mark.slow  # it tries many files
@pytest.mark.timeout(120)
@WILD
@given(data=st.data())
def test_a_torn_or_changed_file_is_cleaned_or_refused(data: st.DataObject, cleaned: Clean) -> None:
    whole = bytearray(REAL[data.draw(st.sampled_from(sorted(REAL)))])
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    torn = bytes(whole[: data.draw(st.integers(0, len(whole)))])

    try:
        _made, full = cleaned(torn)
    except Refused:
        return
    assert SECRET not in full


def test_a_picture_whose_item_is_missing_is_refused(cleaned: Clean) -> None:
    broken = bytearray(REAL["avif"])
    broken[95] = 0

    with pytest.raises(Refused):
        cleaned(bytes(broken[:267]))


@pytest.mark.slow  # it tries many files
@pytest.mark.timeout(120)
@WILD
@given(
    data=st.tuples(
        st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\0\0\0WEBP", b"%PDF-", b"PK\x03\x04"]),
        st.binary(max_size=400),
    )
)  # fmt: skip
def test_wild_bytes_are_cleaned_or_refused(data: tuple[bytes, bytes], cleaned: Clean) -> None:
    try:
        made, _full = cleaned(b"".join(data))
    except Refused:
        return
    assert made.ending


@given(st.binary(max_size=300))
def test_taking_notes_out_never_fails(data: bytes) -> None:
    without_notes(b"\xff\xd8\xff" + data)
    without_notes(b"\x89PNG\r\n\x1a\n" + data)


def test_taking_notes_out_leaves_the_pixels() -> None:
    for kind in ("JPEG", "PNG"):
        data = strange.spying_picture(kind)
        bare = without_notes(data)
        assert SECRET not in bare
        assert Image.open(BytesIO(bare)).tobytes() == Image.open(BytesIO(data)).tobytes()
    assert without_notes(b"anything") == b"anything"
