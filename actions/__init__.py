"""Rasa custom actions. They read the tracker, ask the library and utter; nothing else."""
