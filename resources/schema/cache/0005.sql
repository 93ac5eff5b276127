-- Whose folders a part of the hierarchy holds (RFC 2342), and what names begin with there.
ALTER TABLE folder ADD COLUMN namespace TEXT NOT NULL DEFAULT 'personal';
ALTER TABLE folder ADD COLUMN namespace_prefix TEXT NOT NULL DEFAULT '';
