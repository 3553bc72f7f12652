-- Orders whose begun card lies in another head than the one that has the lease: who asks for the lease, and until when that counts.
CREATE TABLE wanted (
    job {integer} NOT NULL,
    line {integer} NOT NULL,
    worker TEXT NOT NULL,
    until {integer} NOT NULL,
    PRIMARY KEY (job, line)
) {table by key};
