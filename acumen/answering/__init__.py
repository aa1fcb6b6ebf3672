"""From what a patient asks to a reply with citations."""
