"""Commands: parse arguments, call one service, say what happened."""
