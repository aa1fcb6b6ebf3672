"""Measuring the bot beside a stock Rasa bot, and its parts alone: `python -m benchmarks`."""
