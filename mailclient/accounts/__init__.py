"""Accounts: their records, their secrets, and guesses about their servers. Opens no connection and no database."""
