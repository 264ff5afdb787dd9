-- {LONG} is a 64-bit integer, {STRICT} makes SQLite hold columns to their types. Money is in minor units, other decimals are
-- text: nothing is ever a floating-point number.

CREATE TABLE finalizations (
    finalization {LONG} NOT NULL PRIMARY KEY,
    cycle TEXT NOT NULL,
    revision {LONG} NOT NULL,
    issue_date TEXT NOT NULL,
    catalog_sha256 TEXT NOT NULL,
    cut_off_sha256 TEXT NOT NULL,
    rating_version {LONG} NOT NULL,
    UNIQUE (cycle, revision)
){STRICT};

CREATE TABLE tenants (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    minor_digits {LONG} NOT NULL,
    time_zone TEXT NOT NULL
){STRICT};

CREATE TABLE consumption (
    cycle TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants,
    hour TEXT NOT NULL,
    agent TEXT NOT NULL,
    model TEXT NOT NULL,
    requests {LONG} NOT NULL,
    exempt_requests {LONG} NOT NULL,
    tokens {LONG} NOT NULL,
    PRIMARY KEY (cycle, tenant_id, hour, agent, model)
){STRICT};

CREATE TABLE number_series (
    series TEXT NOT NULL,
    year {LONG} NOT NULL,
    last_number {LONG} NOT NULL,
    PRIMARY KEY (series, year)
){STRICT};

CREATE TABLE invoices (
    invoice_number TEXT NOT NULL PRIMARY KEY,
    finalization {LONG} NOT NULL REFERENCES finalizations,
    series TEXT NOT NULL,
    year {LONG} NOT NULL,
    number {LONG} NOT NULL,
    kind TEXT NOT NULL,
    corrects TEXT REFERENCES invoices,
    tenant_id TEXT NOT NULL REFERENCES tenants,
    currency TEXT NOT NULL,
    minor_digits {LONG} NOT NULL,
    issue_date TEXT NOT NULL,
    requests {LONG} NOT NULL,
    exempt_requests {LONG} NOT NULL,
    in_doubt_requests {LONG} NOT NULL,
    tokens {LONG} NOT NULL,
    total_minor {LONG} NOT NULL,
    carried_minor {LONG} NOT NULL,
    UNIQUE (series, year, number),
    UNIQUE (finalization, tenant_id)
){STRICT};

CREATE TABLE invoice_lines (
    invoice_number TEXT NOT NULL REFERENCES invoices,
    line {LONG} NOT NULL,
    line_key TEXT NOT NULL,
    description TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    amount_minor {LONG} NOT NULL,
    corrects_number TEXT,
    corrects_line {LONG},
    from_ns {LONG} NOT NULL,
    to_ns {LONG} NOT NULL,
    PRIMARY KEY (invoice_number, line)
){STRICT};

CREATE TABLE line_ranges (
    invoice_number TEXT NOT NULL,
    line {LONG} NOT NULL,
    life TEXT NOT NULL,
    lane {LONG} NOT NULL,
    from_sequence {LONG} NOT NULL,
    to_sequence {LONG} NOT NULL,
    entries {LONG} NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (invoice_number, line, life, lane),
    FOREIGN KEY (invoice_number, line) REFERENCES invoice_lines
){STRICT};

CREATE TABLE cut_off_lives (
    finalization {LONG} NOT NULL REFERENCES finalizations,
    life TEXT NOT NULL,
    node TEXT NOT NULL,
    closed {LONG} NOT NULL,
    PRIMARY KEY (finalization, life)
){STRICT};

CREATE TABLE cut_off_lanes (
    finalization {LONG} NOT NULL,
    life TEXT NOT NULL,
    lane {LONG} NOT NULL,
    sequences TEXT NOT NULL,
    known_to {LONG} NOT NULL,
    settled_to {LONG} NOT NULL,
    PRIMARY KEY (finalization, life, lane),
    FOREIGN KEY (finalization, life) REFERENCES cut_off_lives
){STRICT};

CREATE TABLE accepted_missing (
    finalization {LONG} NOT NULL REFERENCES finalizations,
    item {LONG} NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    lane TEXT NOT NULL,
    sequences TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (finalization, item)
){STRICT};

CREATE TABLE documents (
    finalization {LONG} NOT NULL REFERENCES finalizations,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (finalization, name)
){STRICT};

CREATE TABLE outbox (
    target TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    position {LONG} NOT NULL,
    invoice_number TEXT NOT NULL REFERENCES invoices,
    operation TEXT NOT NULL,
    line {LONG} NOT NULL,
    state TEXT NOT NULL,
    attempts {LONG} NOT NULL,
    external_id TEXT,
    last_error TEXT,
    PRIMARY KEY (target, idempotency_key)
){STRICT};
