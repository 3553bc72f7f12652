-- Signatures over a job's entries up to one of them, in the order in which they were made.
CREATE TABLE signatures (
    job {integer} NOT NULL REFERENCES jobs (id),
    number {integer} NOT NULL,
    at {integer} NOT NULL,
    -- the last entry that is signed, and its hash
    seq {integer} NOT NULL,
    hash {bytes} NOT NULL,
    -- SHA-256 of the signature before; 32 zeros for the first
    previous {bytes} NOT NULL,
    public_key {bytes} NOT NULL,
    signature {bytes} NOT NULL,
    PRIMARY KEY (job, number)
) {table by key};
