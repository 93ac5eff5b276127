"""A whole mail environment on loopback: submission, transport, mailboxes. Real protocols, this machine only."""
