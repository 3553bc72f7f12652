-- The books of a bureau. Times are milliseconds since 1970 (UTC).

CREATE TABLE jobs (
    id {integer} PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    created_at {integer} NOT NULL,
    batch_name TEXT NOT NULL,
    batch_sha256 {bytes} NOT NULL,
    profile_name TEXT NOT NULL,
    profile_text TEXT NOT NULL,
    card_model TEXT NOT NULL,
    keys_check TEXT NOT NULL,
    sealed_key {bytes} NOT NULL,
    -- the end of its chain
    last_seq {integer} NOT NULL,
    last_at {integer} NOT NULL,
    last_hash {bytes} NOT NULL
) {table};

-- Names of numbers that are counted up.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value {integer} NOT NULL
) {table};
-- who makes a job holds this row until the end: jobs are made one after the other
INSERT INTO counters (name, value) VALUES ('job', 0);

CREATE TABLE orders (
    job {integer} NOT NULL REFERENCES jobs (id),
    line {integer} NOT NULL,
    state TEXT NOT NULL,
    number TEXT NOT NULL,
    name_masked TEXT NOT NULL,
    kind TEXT NOT NULL,
    card_number TEXT,
    -- the card that it replaces, and why
    replaced_card TEXT,
    replaced_job {integer},
    replaced_line {integer},
    replaced_why TEXT,
    -- whether a head may take it with a chip that was written for nobody
    queued {integer} NOT NULL,
    attempts {integer} NOT NULL,
    fence {integer} NOT NULL,
    worker TEXT NOT NULL,
    lease_until {integer} NOT NULL,
    -- the chip that was met last, and the one that is written
    met TEXT,
    chip TEXT,
    reason_en TEXT,
    reason_zh TEXT,
    changed_at {integer} NOT NULL,
    PRIMARY KEY (job, line)
) {table by key};
CREATE INDEX orders_queue ON orders (job, line) WHERE queued = 1;

-- What is decided for an order, sealed.
CREATE TABLE decided (
    job {integer} NOT NULL,
    line {integer} NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (job, line),
    FOREIGN KEY (job, line) REFERENCES orders (job, line)
) {table};

-- Card numbers, each given once for ever; a replacement may keep its own.
CREATE TABLE card_numbers (
    number TEXT PRIMARY KEY,
    job {integer} NOT NULL,
    line {integer} NOT NULL
) {table by key};

CREATE TABLE card_ranges (
    owner TEXT NOT NULL,
    first_serial {integer} NOT NULL,
    last_serial {integer} NOT NULL,
    next_serial {integer} NOT NULL,
    PRIMARY KEY (first_serial)
) {table};

-- The card of a kind that a person has or waits for.
CREATE TABLE citizens (
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    card_number TEXT NOT NULL,
    job {integer} NOT NULL,
    line {integer} NOT NULL,
    since {integer} NOT NULL,
    reason TEXT,
    PRIMARY KEY (number, kind)
) {table by key};

-- What became of cards that persons had.
CREATE TABLE card_events (
    job {integer} NOT NULL,
    line {integer} NOT NULL,
    at {integer} NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (job, line, at, status)
) {table};

CREATE TABLE chips (
    serial TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    job {integer} NOT NULL,
    line {integer} NOT NULL,
    atr TEXT NOT NULL,
    identification_code TEXT NOT NULL,
    since {integer} NOT NULL,
    reason_en TEXT,
    reason_zh TEXT
) {table};
CREATE INDEX chips_of_orders ON chips (job, line);

CREATE TABLE entries (
    job {integer} NOT NULL REFERENCES jobs (id),
    seq {integer} NOT NULL,
    at {integer} NOT NULL,
    line {integer} NOT NULL,
    fence {integer} NOT NULL,
    head TEXT NOT NULL,
    note TEXT NOT NULL,
    hash {bytes} NOT NULL,
    PRIMARY KEY (job, seq)
) {table by key};
