"""Postscope: a desktop mail client that shows how e-mail really works."""

__version__ = "0.1.0"
