"""Rasa graph components: glue between Rasa's messages and the library."""
