"""Looking over all that a server needs, before patients meet what is missing."""
