"""The X-ray of a message: its bytes, its headers and its structure, each tied to the others."""
