"""The commands, one module each; ``training.cli`` loads them on use."""
