"""Recognising what must not wait, before anything else is understood."""
