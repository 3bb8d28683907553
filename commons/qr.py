"""A QR code as SVG without style, for a page that forbids styles in itself."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.main import QRCode

QUIET = 4


def svg(text: str) -> SafeString:
    """Dark squares as one path on a light ground, in the colours of `currentColor` and the stylesheet."""
    code = QRCode(border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" aria-hidden="true" focusable="false" shape-rendering="crispEdges">'
        '<path fill="currentColor" d="{}"/></svg>',
        len(rows),
        len(rows),
        path,
    )
