/**
 * One sale, all the way: the passenger places it and pays, the device drops the goods and reports, and it is settled.
 */
import { NothingCame } from './inbox.js';
import { Refused, type Line } from './line.js';
import type { Box, Dispensed, SlotUnits } from './box.js';
import type { Tally } from './tally.js';

/** How it ended. `code` says why nothing was sold. */
export type Sold = { readonly ok: true; readonly sale: string } | { readonly ok: false; readonly code: string };

/** ms that a paid sale may take until it is reported; the server itself gives up after two minutes. */
const DISPENSED_WITHIN = 60_000;

/** Sells from the passenger's balance, and counts each step. */
export async function sell(passenger: Line, box: Box, lines: readonly SlotUnits[], tally: Tally): Promise<Sold> {
  const began = performance.now();
  try {
    const placed = await passenger.ask('sale.place', { device: box.device, lines: [...lines] });
    tally.count('placed');
    tally.took('place', began);
    const pays = performance.now();
    await passenger.ask('sale.pay', { device: box.device, sale: placed.sale, method: 'balance' });
    tally.count('paid');
    const dispensed = await box.dispensed(placed.sale, DISPENSED_WITHIN);
    tally.count('dispensed');
    tally.took('pay to dispense', pays, dispensed.toldAt);
    settle(dispensed, placed.currency, began, tally);
    return { ok: true, sale: placed.sale };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, code: error.code };
    if (!(error instanceof NothingCame)) throw error;
    tally.count('given up');
    return { ok: false, code: 'nothing_came' };
  }
}

function settle(dispensed: Dispensed, currency: string, began: number, tally: Tally): void {
  tally.took('report to settled', dispensed.reportedAt);
  tally.took('whole sale', began);
  tally.count(dispensed.state === 'settled' ? 'settled' : 'refunded');
  if (dispensed.state === 'settled') tally.settled('sales', currency, dispensed.amount);
}
