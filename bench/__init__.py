"""How fast the site is, and why: a large community in a database of its own, driven from outside beside a yardstick.

Not part of what is installed in production. `make bench` runs it; docs/performance.md says how to read it.
"""
