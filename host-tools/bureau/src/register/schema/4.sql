-- Orders by state: how a job of a million rows stands is told without looking at every row.
CREATE INDEX orders_by_state ON orders (job, state, line);
