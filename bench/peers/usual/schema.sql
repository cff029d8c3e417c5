-- The usual tables of such a shop. Rows that change often leave room in their pages (fillfactor), so that an update stays in
-- its page and touches no index. Amounts are minor units, times are PostgreSQL's.

CREATE TABLE devices (
  id text PRIMARY KEY,
  name text NOT NULL,
  driver text NOT NULL,
  currency text NOT NULL,
  fee_basis_points int NOT NULL,
  online boolean NOT NULL,
  placed bigint NOT NULL DEFAULT 0,
  settled bigint NOT NULL DEFAULT 0,
  -- Kept here and swept to the platform's wallet now and then: one wallet that every sale changes would be one queue.
  fees bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE slots (
  device text NOT NULL REFERENCES devices,
  slot int NOT NULL,
  product text NOT NULL,
  name text NOT NULL,
  count int NOT NULL,
  reserved int NOT NULL DEFAULT 0,
  price bigint NOT NULL,
  PRIMARY KEY (device, slot),
  CHECK (0 <= reserved AND reserved <= count)
) WITH (fillfactor = 50);

CREATE TABLE wallets (
  owner text NOT NULL,
  currency text NOT NULL,
  balance bigint NOT NULL CHECK (balance >= 0),
  PRIMARY KEY (owner, currency)
) WITH (fillfactor = 50);

CREATE TABLE sales (
  id text PRIMARY KEY,
  device text NOT NULL,
  passenger text NOT NULL,
  driver text NOT NULL,
  lines jsonb NOT NULL,
  total bigint NOT NULL,
  currency text NOT NULL,
  state text NOT NULL,
  placed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  paid_at timestamptz,
  settled_at timestamptz,
  amount bigint,
  refunded bigint
) WITH (fillfactor = 50);
CREATE INDEX ON sales (passenger, placed_at);
CREATE INDEX ON sales (device, placed_at);

-- A wallet's statement.
CREATE TABLE transfers (
  id text PRIMARY KEY,
  owner text NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL,
  balance bigint NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX ON transfers (owner, at);

-- What a device sold on a day; weeks, months and years are sums of days.
CREATE TABLE totals (
  device text NOT NULL,
  day date NOT NULL,
  amount bigint NOT NULL,
  orders bigint NOT NULL,
  PRIMARY KEY (device, day)
) WITH (fillfactor = 50);

-- What was answered to a key: whoever asks again hears the same.
CREATE TABLE requests (
  caller text NOT NULL,
  key text NOT NULL,
  said bigint NOT NULL,
  answer jsonb NOT NULL,
  PRIMARY KEY (caller, key)
);
