"""What patients asked and what went unanswered, counted and grouped for the clinic."""
