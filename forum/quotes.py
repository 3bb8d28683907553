"""A post, or a part of it, as a quotation in Markdown."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from forum.models import Post


def quoted(post: Post, *, name: str, part: str = "") -> str:
    """`part` of a post (all of it if not said) behind ">", under a line that says whose words they are."""
    attribution = _("%(name)s wrote:") % {"name": name}
    lines = (part or post.source).strip().splitlines()
    return "\n".join([f"> **{attribution}**", ">", *(f"> {line}".rstrip() for line in lines), "", ""])


def unnamed(source: str, names: Iterable[str], *, put: str) -> str:
    """A text whose quotations no longer say that these people wrote them. The quoted words stay: the answer's."""
    for name in names:
        attribution = rf"^((?:> ?)+\*\*[^*\n]*?){re.escape(name)}([^*\n]*\*\*\s*)$"
        source = re.sub(attribution, rf"\g<1>{put}\g<2>", source, flags=re.MULTILINE)
    return source
