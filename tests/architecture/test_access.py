"""Every view of ours names its audience, once."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

AUDIENCES = {"public", "members", "moderators", "administrators"}
OURS = ("pages.", "forum.", "events.", "members.", "commons.")


def views(resolver: URLResolver) -> Iterator[object]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.callback


def test_every_view_of_ours_names_its_audience() -> None:
    ours = [view for view in views(get_resolver()) if view.__module__.startswith(OURS)]

    assert len(ours) > 30
    assert [view.__qualname__ for view in ours if getattr(view, "audience", None) not in AUDIENCES] == []


def test_only_what_is_public_is_open_to_visitors() -> None:
    for view in views(get_resolver()):
        if view.__module__.startswith(OURS):
            assert (getattr(view, "login_required", True) is False) == (view.audience == "public"), view.__qualname__
