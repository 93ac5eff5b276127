"""The engine: threads, queues and one facade. Introduces sync and send to net, store and accounts. No Qt here."""
