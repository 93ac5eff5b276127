"""The assembler: the only place that knows every room. Holds no logic. ``app.window`` is the only part with Qt."""
