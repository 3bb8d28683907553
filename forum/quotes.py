"""A post, or a part of it, as a quotation in Markdown."""

from django.utils.translation import gettext as _

from forum.models import Post


def quoted(post: Post, *, name: str, part: str = "") -> str:
    """`part` of a post (all of it if not said) behind ">", under a line that says whose words they are."""
    attribution = _("%(name)s wrote:") % {"name": name}
    lines = (part or post.source).strip().splitlines()
    return "\n".join([f"> **{attribution}**", ">", *(f"> {line}".rstrip() for line in lines), "", ""])
