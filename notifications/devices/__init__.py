"""Web push: a browser that somebody allowed to can tell them, even when the site is closed."""
