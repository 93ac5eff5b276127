"""Grammars of IMAP and SMTP: bytes to values and back, command and state tables, transcripts. No I/O."""
