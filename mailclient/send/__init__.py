"""Sending: rules for drafts, replies and forwards, the outbox's states, and one submission from end to end.

Pure decisions and their running against ports. No sockets, no SQL, no threads, no clock. RFC 5321, 5322, 6409.
"""
