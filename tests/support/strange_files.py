"""Makes the files that people give, and those that somebody gives who means no good. Nothing here comes from elsewhere."""

import struct
import zlib
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageCms

OOXML = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": f"{OOXML}.wordprocessingml.document.main+xml",
    "xlsx": f"{OOXML}.spreadsheetml.sheet.main+xml",
    "pptx": f"{OOXML}.presentationml.presentation.main+xml",
}
SECRET = b"Spy Camera 3000"
SCRIPT = b"<script>alert(1)</script>"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size, "teal" if mode in {"RGB", "RGBA"} else 1).save(file, kind, **options)
    return file.getvalue()


def spying_picture(kind: str = "JPEG") -> bytes:
    """A picture that says where it was taken, with what, and in which colours."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (52.0, 31.0, 12.0), "E", (13.0, 24.0, 18.0)
    return (
        picture(kind, exif=exif, icc_profile=_profile(), comment=SECRET) if kind == "JPEG" else picture(kind, exif=exif)
    )


@cache
def _profile() -> bytes:
    """Made once: it says in which second it was made, and the same picture must be the same twice."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def huge_png(side: int = 20_000) -> bytes:
    """A small file that really unpacks to side × side pixels."""
    squeezed, packer = bytearray(), zlib.compressobj(9)
    row = b"\0" * (1 + side // 8)
    for _ in range(side):
        squeezed += packer.compress(row)
    squeezed += packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", bytes(squeezed)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def office(kind: str = "docx", more: Mapping[str, bytes | str] | None = None) -> bytes:
    """A document of Office with an author, and with more parts."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{MAIN[kind]}"/></Types>'
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": "<Relationships/>",
            "docProps/core.xml": f"<cp:coreProperties><dc:creator>{SECRET.decode()}</dc:creator></cp:coreProperties>",
            "docProps/app.xml": f"<Properties><Company>{SECRET.decode()}</Company></Properties>",
            "docProps/thumbnail.jpeg": spying_picture(),
            "word/document.xml": "<w:document><w:t>Minutes of the meeting</w:t></w:document>",
            "word/media/image1.jpeg": spying_picture(),
            **(more or {}),
        }
    )


def opendocument(kind: str = "text", more: Mapping[str, bytes | str] | None = None) -> bytes:
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "meta.xml": f"<office:document-meta><dc:creator>{SECRET.decode()}</dc:creator></office:document-meta>",
            "content.xml": "<office:document-content>Minutes of the meeting</office:document-content>",
            "Thumbnails/thumbnail.png": picture("PNG"),
            "META-INF/manifest.xml": "<manifest:manifest/>",
            **(more or {}),
        }
    )


def pdf(pages: int = 1, **options: object) -> bytes:
    return saved(blank(pages), **options)


def blank(pages: int = 1) -> Pdf:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    return document


def saved(document: Pdf, **options: object) -> bytes:
    file = BytesIO()
    document.save(file, **options)
    return file.getvalue()


def armed_pdf() -> bytes:
    """A PDF that runs a script when opened, starts a program, carries a file and says who made it."""
    document = blank()
    document.docinfo["/Author"] = SECRET.decode()
    with document.open_metadata() as meta:
        meta["dc:creator"] = [SECRET.decode()]
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('armed')"))
    document.Root.OpenAction = script
    document.Root.AA = Dictionary(WC=script)
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("run"), document.make_indirect(script)]))
    )
    document.attachments["payload.exe"] = b"MZ payload inside"
    document.pages[0].AA = Dictionary(O=script)
    picture = pikepdf.Stream(document, spying_picture())
    held = document.make_indirect(picture)
    for name, value in {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 64, "/Height": 48,
                        "/ColorSpace": Name.DeviceRGB, "/BitsPerComponent": 8, "/Filter": Name.DCTDecode}.items():  # fmt: skip
        held[name] = value
    document.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=held))
    document.pages[0].Annots = Array(
        [
            document.make_indirect(Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
                A=Dictionary(S=Name.Launch, F=String("calculator.exe")), T=String(SECRET.decode()),
            )),
            document.make_indirect(Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
                A=Dictionary(S=Name.URI, URI=String("https://example.org/kept")),
            )),
        ]
    )  # fmt: skip
    return saved(document)
