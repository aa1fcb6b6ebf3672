"""Articles, their sections and passages, and the topics they answer."""
