"""Pages about a person's own data, the public registers, and those of the administrators."""
