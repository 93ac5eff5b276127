"""The reading pane: header block, body as text or HTML, attachments. The only place with marks of trust is native."""
