"""Letters that come in: answers, new threads, copies of old lists, letters that came back, and endings by mail."""
