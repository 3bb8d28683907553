"""Mail as it comes: out of its bytes, who wrote it, what it says, and whose words are whose."""
