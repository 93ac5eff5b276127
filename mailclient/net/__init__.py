"""Connections: sockets, TLS, the wiretap, IMAP sessions and SMTP submission. Knows neither store nor sync."""
