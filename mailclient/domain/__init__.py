"""The nouns of the program: frozen values, enums, events and errors that every other room may speak of.

Lowest floor of the house. Imports nothing of ours, does no I/O, knows no clock and no Qt.
"""
