"""PDF: the pages stay; who made them, what runs by itself and what hides inside goes."""

from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, Stream

from commons.files.cleaning import limits
from commons.files.cleaning.limits import Refusal, Refused
from commons.files.cleaning.notes import without_notes

TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/Author", "/CreationDate", "/ModDate")
TELLING_OF_ANNOTATIONS = ("/M", "/NM", "/T")
RUNNING = ("/OpenAction", "/AA", "/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings", "/EF", "/AF",
           "/EmbeddedFiles", "/Collection", "/Renditions", "/Threads", "/SpiderInfo", "/Requirements")  # fmt: skip
HARMLESS_ACTIONS = {"/GoTo", "/URI", "/Named"}
HARMFUL_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition"}
LOADED_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}


def clean(source: Path, target: Path) -> None:
    """Write the document anew.

    Raises:
        Refused: it is broken, locked with a password, or too long.
    """
    try:
        with Pdf.open(source, attempt_recovery=True, suppress_warnings=True) as pdf:
            _measured(pdf)
            _strip_document(pdf)
            for one in pdf.objects:
                _strip(one)
            pdf.remove_unreferenced_resources()
            pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError as error:
        raise Refused(Refusal.LOCKED) from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, OSError) as error:
        raise Refused(Refusal.BROKEN) from error


def _measured(pdf: Pdf) -> None:
    if pdf.is_encrypted:
        raise Refused(Refusal.LOCKED)
    if len(pdf.objects) > limits.PDF_OBJECTS_MAX:
        raise Refused(Refusal.TOO_HEAVY)
    if len(pdf.pages) > limits.PAGES_MAX:
        raise Refused(Refusal.TOO_MANY_PAGES)
    if not len(pdf.pages):
        raise Refused(Refusal.BROKEN)


def _strip_document(pdf: Pdf) -> None:
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary):
        for name in ("/JavaScript", "/EmbeddedFiles", "/Renditions", "/AlternatePresentations"):
            _take(names, name)


def _strip(one: Object) -> None:
    """One object of the file, and the dictionaries that stand directly in it."""
    for held in _dictionaries(one):
        for name in (*TELLING, *RUNNING):
            _take(held, name)
        _disarm(held)
    if isinstance(one, Stream):
        _strip_picture(one)


def _dictionaries(one: Object) -> Iterator[Object]:
    """Every dictionary of an object, however deep, without following references to other objects."""
    waiting = [one]
    while waiting:
        held = waiting.pop()
        if isinstance(held, Dictionary | Stream):
            yield held
            waiting += [value for value in dict(held.items()).values() if not _is_elsewhere(value)]
        elif isinstance(held, pikepdf.Array):
            waiting += [value for value in list(held) if not _is_elsewhere(value)]


def _is_elsewhere(value: object) -> bool:
    return not isinstance(value, Object) or value.is_indirect


def _disarm(held: Object) -> None:
    """Actions that do more than lead to a page or an address, and annotations that carry something."""
    for name in ("/A", "/PA"):
        action = held.get(name)
        if isinstance(action, Dictionary) and not _is_harmless(action):
            del held[name]
    if "/Rect" in held:
        _strip_annotation(held)
    if str(held.get("/S", "")) in HARMFUL_ACTIONS:
        held["/S"] = Name.Named
        for name in ("/F", "/Win", "/N"):
            _take(held, name)


def _strip_annotation(held: Object) -> None:
    for name in TELLING_OF_ANNOTATIONS if "/FT" not in held else ():
        _take(held, name)
    if str(held.get("/Subtype", "")) in LOADED_ANNOTATIONS:
        held["/Subtype"] = Name.Text
        for name in ("/FS", "/MK", "/Sound", "/Movie", "/3DD"):
            _take(held, name)


def _is_harmless(action: Object) -> bool:
    return str(action.get("/S", "")) in HARMLESS_ACTIONS and "/Next" not in action


def _strip_picture(stream: Object) -> None:
    is_jpeg = str(stream.get("/Filter", "")) == "/DCTDecode" and str(stream.get("/Subtype", "")) == "/Image"
    if is_jpeg:
        parameters = stream.get("/DecodeParms")
        kept = parameters if isinstance(parameters, Dictionary | pikepdf.Array) else None
        stream.write(without_notes(stream.read_raw_bytes()), filter=Name.DCTDecode, decode_parms=kept)


def _take(held: Object, name: str) -> None:
    if name in held:
        del held[name]
