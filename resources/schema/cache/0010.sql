-- Copies of a message, and the messages that one refers to, are found by the Message-ID wherever they lie.
CREATE INDEX message_by_message_id ON message (message_id_field) WHERE message_id_field <> '';
