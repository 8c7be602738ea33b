-- Who was forgotten, as a keyed hash: a span that comes again, or late, is
-- stored without its user.
CREATE TABLE IF NOT EXISTS forgotten_users (
    key   FixedString(32),
    hash  FixedString(32),
    since DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (hash, key);
