"""The message list: how rows are painted, and the view around them."""
