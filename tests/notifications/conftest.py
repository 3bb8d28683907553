"""The small forum, for what is told of it."""

from tests.forum.conftest import answer, circle, den, start, table

__all__ = ["answer", "circle", "den", "start", "table"]
