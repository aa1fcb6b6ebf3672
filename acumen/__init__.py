"""Acumen answers patients from the articles of a clinic."""
