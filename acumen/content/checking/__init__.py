"""Looking over articles: what a reader, a search or a patient would stumble on."""
