"""Choices and limits of telling devices."""

from datetime import timedelta

ENDPOINT_MAX_LENGTH = 1000
NAME_MAX_LENGTH = 60
DEVICES_MAX = 10
TOPIC_LENGTH = 32  # RFC 8030, 5.4
WORDS_MAX_LENGTH = 160
TOLD_FOR = timedelta(days=1)  # how long a push service keeps what it cannot hand over yet
SIGNED_FOR = timedelta(hours=12)  # RFC 8292 allows 24
TRIES_MAX = 6
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=6)
BATCH = 200
