"""What runs and what was said: the dialogues of this run, line by line."""
