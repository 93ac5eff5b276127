"""Synchronisation: pure plans, and their running against ports.

What to do is decided from values alone (local state, server state, capabilities); the doing goes through the
protocols in ``ports``. No sockets, no SQL, no threads, no clock.
"""
