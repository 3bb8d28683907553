"""Events as other calendars know them (RFC 5545 and 7986): written, and read."""
