"""Mailing-list archives: from an mbox file to posts of the forum."""
