"""Measuring the bot on labelled messages: figures, plots and one report."""
