-- A restock: tables, and its five steps, each one transaction and one round trip like those of a sale.

CREATE TABLE shelves (
  station text NOT NULL,
  product text NOT NULL,
  count int NOT NULL,
  reserved int NOT NULL DEFAULT 0,
  price bigint NOT NULL,
  PRIMARY KEY (station, product),
  CHECK (0 <= reserved AND reserved <= count)
) WITH (fillfactor = 50);

CREATE TABLE restocks (
  id text PRIMARY KEY,
  station text NOT NULL,
  driver text NOT NULL,
  lines jsonb NOT NULL,
  total bigint NOT NULL,
  currency text NOT NULL,
  state text NOT NULL,
  code text,
  placed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX ON restocks (driver, placed_at);
CREATE INDEX ON restocks (station, placed_at);

-- Goods that a driver carries.
CREATE TABLE carried (
  driver text NOT NULL,
  product text NOT NULL,
  units int NOT NULL CHECK (units >= 0),
  PRIMARY KEY (driver, product)
) WITH (fillfactor = 50);

-- Reserves goods. Lines are [{product, units}].
CREATE FUNCTION place_restock(p_driver text, p_key text, p_station text, p_restock text, p_lines jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended(p_station || p_lines::text, 0);
  answer jsonb := answered(p_driver, p_key, asked);
  taken jsonb;
  sum bigint;
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  WITH held AS (
    UPDATE shelves s SET reserved = reserved + l.units
    FROM jsonb_to_recordset(p_lines) AS l(product text, units int)
    WHERE s.station = p_station AND s.product = l.product AND s.count - s.reserved >= l.units
    RETURNING s.product, l.units, s.price
  )
  SELECT jsonb_agg(held), sum(held.units * held.price) INTO taken, sum FROM held;
  IF jsonb_array_length(taken) IS DISTINCT FROM jsonb_array_length(p_lines) THEN RAISE EXCEPTION 'sold_out'; END IF;
  INSERT INTO restocks (id, station, driver, lines, total, currency, state, placed_at, expires_at)
  VALUES (p_restock, p_station, p_driver, taken, sum, 'CNY', 'to_pay', now(), now() + '30 min');
  answer := jsonb_build_object('restock', p_restock, 'lines', taken, 'total', sum);
  INSERT INTO requests VALUES (p_driver, p_key, asked, answer);
  RETURN answer;
END $$;

-- Charges the driver's wallet; the money is held by the order.
CREATE FUNCTION pay_restock(p_driver text, p_key text, p_station text, p_restock text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended(p_restock, 0);
  answer jsonb := answered(p_driver, p_key, asked);
  paid restocks;
  rest bigint;
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  UPDATE restocks SET state = 'to_prepare'
  WHERE id = p_restock AND station = p_station AND driver = p_driver AND state = 'to_pay' AND expires_at > now()
  RETURNING * INTO paid;
  IF NOT FOUND THEN RAISE EXCEPTION 'restock_closed'; END IF;
  UPDATE wallets SET balance = balance - paid.total
  WHERE owner = p_driver AND currency = paid.currency AND balance >= paid.total RETURNING balance INTO rest;
  IF NOT FOUND THEN RAISE EXCEPTION 'balance_too_low'; END IF;
  INSERT INTO transfers VALUES (p_restock || '.charge', p_driver, paid.currency, -paid.total, rest, 'restock', now());
  answer := jsonb_build_object('restock', p_restock, 'state', 'to_prepare');
  INSERT INTO requests VALUES (p_driver, p_key, asked, answer);
  RETURN answer;
END $$;

-- Pays the station for all lines, and draws the driver's pick-up code.
CREATE FUNCTION accept_restock(p_station text, p_key text, p_restock text, p_code text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended('accept' || p_restock, 0);
  answer jsonb := answered(p_station, p_key, asked);
  taken restocks;
  rest bigint;
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  UPDATE restocks SET state = 'accepted', code = p_code
  WHERE id = p_restock AND station = p_station AND state = 'to_prepare' RETURNING * INTO taken;
  IF NOT FOUND THEN RAISE EXCEPTION 'restock_closed'; END IF;
  UPDATE wallets SET balance = balance + taken.total
  WHERE owner = p_station AND currency = taken.currency RETURNING balance INTO rest;
  INSERT INTO transfers VALUES (p_restock || '.station', p_station, taken.currency, taken.total, rest, 'restock', now());
  answer := jsonb_build_object('restock', p_restock, 'code', p_code, 'accepted', taken.total, 'lines', taken.lines);
  INSERT INTO requests VALUES (p_station, p_key, asked, answer);
  RETURN answer;
END $$;

CREATE FUNCTION ready_restock(p_station text, p_key text, p_restock text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended('ready' || p_restock, 0);
  answer jsonb := answered(p_station, p_key, asked);
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  UPDATE restocks SET state = 'ready' WHERE id = p_restock AND station = p_station AND state = 'accepted';
  IF NOT FOUND THEN RAISE EXCEPTION 'restock_closed'; END IF;
  answer := jsonb_build_object('restock', p_restock, 'state', 'ready');
  INSERT INTO requests VALUES (p_station, p_key, asked, answer);
  RETURN answer;
END $$;

-- The goods go to the driver against the code.
CREATE FUNCTION hand_over(p_station text, p_key text, p_restock text, p_code text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended('hand' || p_restock || p_code, 0);
  answer jsonb := answered(p_station, p_key, asked);
  given restocks;
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  UPDATE restocks SET state = 'picked_up'
  WHERE id = p_restock AND station = p_station AND state = 'ready' AND code = p_code RETURNING * INTO given;
  IF NOT FOUND THEN RAISE EXCEPTION 'wrong_code'; END IF;
  UPDATE shelves s SET count = count - l.units, reserved = reserved - l.units
  FROM jsonb_to_recordset(given.lines) AS l(product text, units int)
  WHERE s.station = p_station AND s.product = l.product;
  INSERT INTO carried SELECT given.driver, l.product, l.units
  FROM jsonb_to_recordset(given.lines) AS l(product text, units int)
  ON CONFLICT (driver, product) DO UPDATE SET units = carried.units + excluded.units;
  answer := jsonb_build_object('restock', p_restock, 'handedOver', true);
  INSERT INTO requests VALUES (p_station, p_key, asked, answer);
  RETURN answer;
END $$;
