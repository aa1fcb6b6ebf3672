"""Patients' words, once they are kept: without what names a person, for a limited time, deleted on request."""
