"""Running the bot in one process: actions, model and server together."""
