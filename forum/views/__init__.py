"""The forum's pages. A view, its URL name and its template share one name."""
