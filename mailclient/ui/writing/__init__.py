"""Writing mail: the composer window and its fields. Talks to the engine by commands and events only."""
