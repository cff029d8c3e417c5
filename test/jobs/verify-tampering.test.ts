import t from 'tap';

import type { Json } from '../../src/store/ports.js';
import { at, audit, found, open, type Entries, type OpenEntry } from './verify-audit.js';
import { City } from './verify-city.js';

const lived = City.live();

/** One tampering: what it does to the journal, and what must be said of it. */
const tamperings: Record<string, [tamper: (entries: Entries) => unknown, expected: RegExp]> = {
  'an entry dropped': [
    (entries) => {
      drop(entries, at(entries, 'charged'));
    },
    /integrity wallet:\S+: stands where entry \d+ is expected/,
  ],
  'an actor’s last entry dropped': [
    (entries) => {
      drop(
        entries,
        entries.findLastIndex(({ actor }) => actor === 'device:d_1'),
      );
    },
    /orders sale|causality device:d_1|books device|rankings/,
  ],
  'an entry doubled under a new seq': [
    (entries) => {
      append(entries, { ...entries[at(entries, 'credited')]! });
    },
    /integrity wallet:\S+: command \S+ was handled before/,
  ],
  'a credit invented under a command id of its own': [
    (entries) => {
      const entry = entries[at(entries, 'credited')]!;
      append(entries, { ...entry, commandId: entry.commandId.replace(/\/\d+\/\d+$/, '/1/77') });
    },
    /causality \S+\/1\/77: wallet:\S+ handled it, and nobody promised it/,
  ],
  'an amount altered': [
    (entries) => {
      set(entries, 'charged', 'amount', 1);
    },
    /books wallet:\S+: the move of 1 CNY .* is missing/,
  ],
  'an amount altered with its move and its reply': [
    (entries) => {
      const entry = entries[at(entries, 'charged')]!;
      const [event, move] = [entry.events[0]!.data as Record<string, number>, entry.moves[0]!];
      event['amount'] = move.quantity -= 1;
      event['balance']! += 1;
      entry.reply = { ok: true, value: { ...event } };
    },
    /causality \S+: the reply that came back is not the one that wallet:\S+ gave/,
  ],
  'a price altered': [
    (entries) => {
      const event = entries[at(entries, 'saleReserved')]!.events[0]!.data as { lines: { price: number }[] };
      event.lines[0]!.price = 1;
    },
    /orders device:\S+: order \S+ has a total of \d+, its lines cost \d+/,
  ],
  'a price altered in the planogram': [
    (entries) => {
      const event = entries[at(entries, 'planogramSet')]!.events[0]!.data as { slots: { price: number }[] };
      event.slots[0]!.price = 1;
    },
    /orders device:\S+: order \S+ has pr_tea at 700, shelf 1 had pr_tea at 1/,
  ],
  'a move removed': [
    (entries) => entries[at(entries, 'saleSettled')]!.moves.pop(),
    /books device:\S+: the move of .* to world\/sold is missing/,
  ],
  'a move led elsewhere': [
    (entries) => (entries[at(entries, 'credited')]!.moves[0]!.to = 'wallet:thief'),
    /integrity wallet:\S+: moves what is in wallet:thief, which is another's/,
  ],
  'the reply to an actor altered': [
    (entries) => {
      const entry = entries.find(({ type }) => type === 'loadSlots')!;
      entry.reply = { ok: true, value: { ...(entry.reply as { value: object }).value, load: 'l_other' } };
    },
    /causality driver:\S+: the reply that came back is not the one that device:\S+ gave/,
  ],
  'the reply to a client altered': [
    (entries) => {
      const entry = entries.find(({ type, reply }) => type === 'placeSale' && reply.ok)!;
      entry.reply = { ok: true, value: { ...(entry.reply as { value: object }).value, total: 1 } };
    },
    /integrity device:\S+: replies with another total than its event has/,
  ],
  'a promise removed': [
    (entries) => entries[at(entries, 'saleSettled')]!.outbox.splice(0, 1),
    /causality device:\S+: .*(nobody promised it|in other words than it was sent|was for)/,
  ],
  'a promise’s words altered': [
    (entries) => {
      const promise = entries[at(entries, 'saleSettled')]!.outbox.find(({ type }) => type === 'credit')!;
      promise.input = { ...(promise.input as object), amount: 1 };
    },
    /causality device:\S+: wallet:\S+ handled it in other words than it was sent/,
  ],
  'two entries swapped': [
    (entries) => {
      const first = at(entries, 'saleReserved');
      const [a, b] = [entries[first]!, entries[first + 1]!];
      entries.splice(first, 2, { ...b, seq: a.seq, at: a.at }, { ...a, seq: b.seq, at: b.at });
    },
    /orders device:\S+: order \S+ is not open/,
  ],
  'a report’s figure raised where it is told': [
    (entries) => {
      const promise = entries.flatMap(({ outbox }) => outbox).find(({ type }) => type === 'report')!;
      (promise.input as { amount: number }).amount += 100;
    },
    /causality \S+: ranking:\S+ handled it in other words than it was sent/,
  ],
  'a report’s figure raised where it is heard': [
    (entries) => {
      const event = entries.findLast(({ actor }) => actor.startsWith('ranking:all'))!.events[0]!.data as Raised;
      event.rows[0]!.amount += 100;
      event.totals.devices.amount += 100;
    },
    /rankings ranking:all\.all\.CNY: devices\/d_\d has \d+ in \d, and sold \d+ in \d/,
  ],
  'a driver’s row raised': [
    (entries) => {
      const event = entries.findLast(({ events }) => rowsOf(events).some(({ list }) => list === 'drivers'))!;
      rowsOf(event.events).find(({ list }) => list === 'drivers')!.amount += 100;
    },
    /rankings ranking:\S+: dr_\d has \d+ in \d, and sold \d+ in \d/,
  ],
  'dropped units altered': [
    (entries) => {
      set(entries, 'saleSettled', 'dropped', [9, 9]);
    },
    /orders device:\S+: 9 of \d units of shelf 1 are taken/,
  ],
  'a fee altered': [
    (entries) => {
      set(entries, 'saleSettled', 'fee', 0);
    },
    /orders device:\S+: fee is 0, and should be \d+/,
  ],
  'time turned back': [
    (entries) => (entries[at(entries, 'saleSettled')]!.at -= 3_600_000),
    /integrity device:\S+: is \d+ ms earlier than the entry before it/,
  ],
  'a push taken out of its chain': [
    (entries) => {
      const entry = entries.findLast(({ pushes }) => Object.values(pushes).some((before) => before > 0))!;
      for (const channel of Object.keys(entry.pushes)) entry.pushes[channel] = 1;
    },
    /integrity \S+: pushes to \S+ behind 1, the one before it is \d+/,
  ],
  'a promise closed that never was': [
    (entries) => entries[at(entries, 'saleSettled')]!.closes.push('device:d_1/1/9'),
    /integrity device:\S+: closes device:d_1\/1\/9, which is no earlier promise of its own/,
  ],
  'an event that nobody knows': [
    (entries) => (entries[at(entries, 'feesSwept')]!.events[0]!.type = 'feesForgiven'),
    /orders device:\S+: event feesForgiven, version 1, is not known to the audit/,
  ],
  'an event that cannot be read': [
    (entries) => (entries[at(entries, 'saleReserved')]!.events[0]!.data = {}),
    /orders device:\S+: event saleReserved cannot be read/,
  ],
  'the census altered': [
    (entries) => {
      set(entries, 'presenceChanged', 'total', 9);
    },
    /orders fleet:platform\/\d+: devices is 9, and should be \d/,
  ],
};

for (const [name, [tamper, expected]] of Object.entries(tamperings)) {
  t.test(`tampering is reported: ${name}`, async (t) => {
    const city = await lived;
    const entries = open(city.entries);
    tamper(entries);
    t.notSame(entries, city.entries, 'something was altered');
    const report = await audit(city, { entries: entries, alone: true });
    t.match(found(report).join('\n'), expected);
    t.ok(report.found > 0);
  });
}

type Raised = { rows: { list: string; amount: number }[]; totals: { devices: { amount: number } } };

/** Sets a field of the first event of a type. */
function set(entries: Entries, type: string, field: string, value: Json): void {
  const event = entries[at(entries, type)]!.events.find((one) => one.type === type)!;
  event.data = { ...(event.data as object), [field]: value };
}

function drop(entries: Entries, index: number): void {
  entries.splice(index, 1);
}

/** Puts an entry behind the last one of its actor. */
function append(entries: Entries, entry: OpenEntry): void {
  const last = entries.findLastIndex(({ actor }) => actor === entry.actor);
  entries.splice(last + 1, 0, { ...entry, seq: entries[last]!.seq + 1, at: entries[last]!.at });
}

function rowsOf(events: OpenEntry['events']): Raised['rows'] {
  return events.flatMap(({ type, data }) => (type === 'reported' ? (data as Raised).rows : []));
}
