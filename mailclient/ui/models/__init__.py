"""Qt models over the read-only reader. No widgets here."""
