"""Turning texts that a clinic has (web pages, Word and PDF files, plain text) into draft articles."""
