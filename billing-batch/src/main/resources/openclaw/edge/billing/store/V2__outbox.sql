-- Nothing was ever written to the outbox of version 1. A row is one thing that another system is to be told, once.

DROP TABLE outbox;

CREATE TABLE outbox (
    target TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    position {LONG} NOT NULL,
    invoice_number TEXT NOT NULL REFERENCES invoices,
    operation TEXT NOT NULL,
    line {LONG} NOT NULL,
    state TEXT NOT NULL,
    attempts {LONG} NOT NULL,
    generation {LONG} NOT NULL,
    settings TEXT,
    external_id TEXT,
    last_error TEXT,
    first_sent_ms {LONG} NOT NULL,
    lease_owner TEXT,
    lease_until_ms {LONG} NOT NULL,
    PRIMARY KEY (target, idempotency_key)
){STRICT};

CREATE INDEX outbox_by_state ON outbox (target, state, position);
CREATE INDEX outbox_by_invoice ON outbox (invoice_number);
