"""Conversations kept in a database, one turn of each at a time, their events passed on without holding up a turn."""
