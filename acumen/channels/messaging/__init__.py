"""Messengers: what all of them share, and one module a vendor."""
