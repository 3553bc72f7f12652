-- What this register is: one row.
CREATE TABLE books (
    one {integer} PRIMARY KEY CHECK (one = 1),
    -- a random word that no other register has
    id TEXT NOT NULL,
    -- whose cards: 'demo' (published keys) or 'own'
    keys TEXT NOT NULL
) {table};
