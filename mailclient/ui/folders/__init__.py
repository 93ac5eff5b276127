"""The folder tree: its view and how its rows are painted."""
