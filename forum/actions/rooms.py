"""What moderators say about their room."""

from collections.abc import Sequence

from forum.models import Category


def say_how_we_talk(*, category: Category, lines: Sequence[str]) -> None:
    """Put up to three lines at the head of the room and of every form to write in it."""
    Category.objects.filter(pk=category.pk).update(how_we_talk="\n".join(lines))
