"""Ways in for patients. Channels know replies, never articles."""
