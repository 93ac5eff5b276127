"""Setting up accounts: the add-account dialog and what it is made of. Never stores a password itself."""
