"""Pictures: only their pixels go on, upright and in the colours of the web, small enough to be read on a thin line."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import product
from math import ceil
from pathlib import Path
from typing import IO

from PIL import Image, ImageCms, ImageOps

from commons.files.cleaning import limits
from commons.files.cleaning.formats import Format
from commons.files.cleaning.limits import Refusal, Refused

STRIP = 256  # rows that are worked on at once, after the picture has become smaller
DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I")
CLEAR = ("RGBA", "LA", "PA", "La", "RGBa")
COSTLY = {Format.GIF, Format.WEBP, Format.AVIF}
PILLOWS = {
    Format.JPEG: "JPEG",
    Format.PNG: "PNG",
    Format.GIF: "GIF",
    Format.WEBP: "WEBP",
    Format.AVIF: "AVIF",
}
UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, RuntimeError,
)  # fmt: skip
"""What Pillow's readers raise at files that are not what they say."""


def clean(source: Path, kind: Format, folder: Path) -> tuple[Format, tuple[int, int], tuple[int, int]]:
    """Write `full` and `preview` into the folder; what `full` is, and the sizes of both."""
    with source.open("rb") as file:
        whole = opened(
            file,
            formats=(PILLOWS[kind],),
            pixels_max=limits.PIXELS_MAX_COSTLY if kind in COSTLY else limits.PIXELS_MAX,
            side=limits.FULL_SIDE,
        )
    made = Format.JPEG if kind == Format.JPEG else Format.WEBP
    _save_full(whole, folder / "full", made)
    preview, data = fitting(whole, limits.PREVIEW_SIDES, limits.PREVIEW_QUALITIES, limits.PREVIEW_MAX_BYTES)
    (folder / "preview").write_bytes(data)
    return made, whole.size, preview


def opened(file: IO[bytes], *, formats: tuple[str, ...], pixels_max: int, side: int) -> Image.Image:
    """The first picture in a file, upright, no side longer than `side`, as new pixels that bring nothing along.

    Its size is read before it is unpacked, and it becomes small strip by strip, so that besides the unpacked picture
    little memory is needed.

    Raises:
        Refused: it is none, is broken, or has more pixels than this machine should unpack.
    """
    try:
        with Image.open(file, formats=formats) as image:
            _measured(image, pixels_max)
            image.draft(None, (side, side))
            orientation, profile = image.getexif().get(0x0112, 1), image.info.get("icc_profile")
            small = _smaller(image, max(1, ceil(max(image.size) / side)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Refusal.TOO_MANY_PIXELS) from error
    except UNREADABLE as error:
        raise Refused(Refusal.BROKEN) from error
    return _upright(_in_web_colours(small, profile), orientation)


def fitting(
    image: Image.Image, sides: Sequence[int], qualities: Sequence[int], max_bytes: int
) -> tuple[tuple[int, int], bytes]:
    """The picture as WebP within `max_bytes`: as large and as good as that allows, else the smallest there is."""
    for side, quality in product(sides, qualities):
        small = image.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        data = as_webp(small, quality)
        if len(data) <= max_bytes:
            break
    return small.size, data


def as_webp(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _measured(image: Image.Image, pixels_max: int) -> None:
    if not image.width or not image.height:
        raise Refused(Refusal.BROKEN)
    if image.info.get("progressive"):
        pixels_max = min(pixels_max, limits.PIXELS_MAX_COSTLY)
    if image.width * image.height > pixels_max or max(image.size) > limits.SIDE_MAX:
        raise Refused(Refusal.TOO_MANY_PIXELS)


def _smaller(image: Image.Image, factor: int) -> Image.Image:
    """A copy of 1/factor of the size, with three or four channels of eight bits."""
    image.load()
    is_clear = image.mode in CLEAR or "transparency" in image.info
    mode = "RGBA" if is_clear else "RGB"
    small = Image.new(mode, (ceil(image.width / factor), ceil(image.height / factor)))
    for top, strip in _strips(image, STRIP * factor):
        small.paste(_plain(strip, mode).reduce(factor), (0, top // factor))
    return small


def _strips(image: Image.Image, rows: int) -> Iterator[tuple[int, Image.Image]]:
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        strip.info = image.info
        yield top, strip


def _plain(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode in DEEP:
        strip = strip.point(lambda value: value * (1 / 256)).convert("L")
    return strip.convert(mode)


def _in_web_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as sRGB has them. A profile that makes no sense is left out."""
    if not profile:
        return image
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, *UNREADABLE):
        pass
    image.info.clear()
    return image


def _upright(image: Image.Image, orientation: object) -> Image.Image:
    """The picture as its camera was held; a fresh one, without notes."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    if orientation in range(2, 9):
        exif = bare.getexif()
        exif[0x0112] = orientation
        bare = ImageOps.exif_transpose(bare)
        bare.info.clear()
    return bare


def _save_full(image: Image.Image, path: Path, made: Format) -> None:
    if made == Format.JPEG:
        image.convert("RGB").save(path, "JPEG", quality=limits.FULL_QUALITY, optimize=True, progressive=True)
    else:
        path.write_bytes(as_webp(image, limits.FULL_QUALITY))
