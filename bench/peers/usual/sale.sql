-- The three steps of a sale, each one transaction and one round trip. What is refused is raised, and nothing of it stays.

-- What was answered to this key before, or nothing; another request under the same key is refused.
CREATE FUNCTION answered(p_caller text, p_key text, p_said bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  earlier requests;
BEGIN
  SELECT * INTO earlier FROM requests WHERE caller = p_caller AND key = p_key;
  IF earlier.said <> p_said THEN RAISE EXCEPTION 'key_reused'; END IF;
  RETURN earlier.answer;
END $$;

-- Reserves stock. Lines are [{slot, units}].
CREATE FUNCTION place_sale(p_passenger text, p_key text, p_device text, p_sale text, p_lines jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended(p_device || p_lines::text, 0);
  answer jsonb := answered(p_passenger, p_key, asked);
  shop devices;
  taken jsonb;
  sum bigint;
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  UPDATE devices SET placed = placed + 1 WHERE id = p_device AND online RETURNING * INTO shop;
  IF NOT FOUND THEN RAISE EXCEPTION 'device_not_ready'; END IF;
  WITH held AS (
    UPDATE slots s SET reserved = reserved + l.units
    FROM jsonb_to_recordset(p_lines) AS l(slot int, units int)
    WHERE s.device = p_device AND s.slot = l.slot AND s.count - s.reserved >= l.units
    RETURNING s.slot, s.product, s.name, l.units, s.price
  )
  SELECT jsonb_agg(held), sum(held.units * held.price) INTO taken, sum FROM held;
  IF jsonb_array_length(taken) IS DISTINCT FROM jsonb_array_length(p_lines) THEN RAISE EXCEPTION 'sold_out'; END IF;
  INSERT INTO sales (id, device, passenger, driver, lines, total, currency, state, placed_at, expires_at)
  VALUES (p_sale, p_device, p_passenger, shop.driver, taken, sum, shop.currency, 'placed', now(), now() + '5 min');
  answer := jsonb_build_object('sale', p_sale, 'lines', taken, 'total', sum, 'currency', shop.currency);
  INSERT INTO requests VALUES (p_passenger, p_key, asked, answer);
  RETURN answer;
END $$;

-- Charges the passenger's wallet.
CREATE FUNCTION pay_sale(p_passenger text, p_key text, p_device text, p_sale text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended(p_sale, 0);
  answer jsonb := answered(p_passenger, p_key, asked);
  paid sales;
  rest bigint;
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  UPDATE sales SET state = 'paid', paid_at = now()
  WHERE id = p_sale AND device = p_device AND passenger = p_passenger AND state = 'placed' AND expires_at > now()
  RETURNING * INTO paid;
  IF NOT FOUND THEN RAISE EXCEPTION 'sale_closed'; END IF;
  UPDATE wallets SET balance = balance - paid.total
  WHERE owner = p_passenger AND currency = paid.currency AND balance >= paid.total RETURNING balance INTO rest;
  IF NOT FOUND THEN RAISE EXCEPTION 'balance_too_low'; END IF;
  INSERT INTO transfers VALUES (p_sale || '.charge', p_passenger, paid.currency, -paid.total, rest, 'sale', now());
  answer := jsonb_build_object('sale', p_sale, 'state', 'paid');
  INSERT INTO requests VALUES (p_passenger, p_key, asked, answer);
  RETURN answer;
END $$;

-- Settles by what was dropped: stock, refund, driver, fee, totals. Lines are [{slot, dropped}].
CREATE FUNCTION report_dispense(p_device text, p_key text, p_sale text, p_lines jsonb, p_day date)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  asked bigint := hashtextextended(p_sale || p_lines::text, 0);
  answer jsonb := answered(p_device, p_key, asked);
  sold sales;
  worth bigint;
  fee bigint;
  rest bigint;
BEGIN
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  SELECT * INTO sold FROM sales WHERE id = p_sale AND device = p_device AND state = 'paid' FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'sale_closed'; END IF;
  WITH fell AS (
    UPDATE slots s SET count = count - r.dropped, reserved = reserved - l.units
    FROM jsonb_to_recordset(sold.lines) AS l(slot int, units int, price bigint)
    JOIN jsonb_to_recordset(p_lines) AS r(slot int, dropped int) USING (slot)
    WHERE s.device = p_device AND s.slot = l.slot AND r.dropped BETWEEN 0 AND l.units
    RETURNING r.dropped * l.price AS worth
  )
  SELECT coalesce(sum(fell.worth), 0) INTO worth FROM fell;
  UPDATE devices SET settled = settled + 1, fees = fees + worth * fee_basis_points / 10000
  WHERE id = p_device RETURNING worth * fee_basis_points / 10000 INTO fee;
  UPDATE wallets SET balance = balance + worth - fee
  WHERE owner = sold.driver AND currency = sold.currency RETURNING balance INTO rest;
  INSERT INTO transfers VALUES (p_sale || '.driver', sold.driver, sold.currency, worth - fee, rest, 'earnings', now());
  IF worth < sold.total THEN
    UPDATE wallets SET balance = balance + sold.total - worth
    WHERE owner = sold.passenger AND currency = sold.currency RETURNING balance INTO rest;
    INSERT INTO transfers
    VALUES (p_sale || '.refund', sold.passenger, sold.currency, sold.total - worth, rest, 'refund', now());
  END IF;
  INSERT INTO totals VALUES (p_device, p_day, worth, 1)
  ON CONFLICT (device, day) DO UPDATE SET amount = totals.amount + excluded.amount, orders = totals.orders + 1;
  UPDATE sales SET state = 'settled', settled_at = now(), amount = worth, refunded = sold.total - worth WHERE id = p_sale;
  answer := jsonb_build_object('sale', p_sale, 'driver', sold.driver, 'amount', worth, 'lines', sold.lines);
  INSERT INTO requests VALUES (p_device, p_key, asked, answer);
  RETURN answer;
END $$;
