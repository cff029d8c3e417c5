/** How a payment at the sandbox behaves: everything that real providers have been seen to do to a shop. */

export const behaviours = [
  'pays',
  'refuses',
  'pays late',
  'pays twice',
  'never pays',
  'pays a wrong amount',
  'pays silently',
  'tells late',
  'tells twice',
] as const;

/**
 * One of {@link behaviours}; `pays silently` pays and never calls back, `tells twice` calls back again after it was
 * heard.
 */
export type Behaviour = (typeof behaviours)[number];

/** What an operator wishes: `afterMs` is how long the payer takes; absent, the behaviour says. */
export type Wish = { readonly behaviour: Behaviour; readonly afterMs?: number };

/** Something that the payer will do, `after` ms from the order: pay this much, or refuse. */
export type Deed = { readonly after: number } & ({ readonly pays: number } | { readonly pays: 'nothing' });

/** `tells`: when the shop is called back after each deed, ms. */
export type Plan = { readonly deeds: readonly Deed[]; readonly tells: readonly number[] };

/**
 * How far behind the expiry `pays late` pays, how far behind the payment `tells late` calls back and `tells twice`
 * again, ms.
 */
const LATE = 1000;

/** What will happen to an order of `amount` that expires in `expiresIn` ms. */
export function planOf(
  { behaviour, afterMs }: Wish,
  { amount, expiresIn }: { readonly amount: number; readonly expiresIn: number },
  usualMs: number,
): Plan {
  const after = afterMs ?? usualMs;
  const plan = (...deeds: readonly Deed[]): Plan => ({ deeds, tells: [0] });
  const plans: Record<Behaviour, () => Plan> = {
    pays: () => plan({ after, pays: amount }),
    refuses: () => plan({ after, pays: 'nothing' }),
    'pays late': () => plan({ after: afterMs ?? Math.max(0, expiresIn) + LATE, pays: amount }),
    'pays twice': () => plan({ after, pays: amount }, { after, pays: amount }),
    'never pays': () => plan(),
    'pays a wrong amount': () => plan({ after, pays: amount === 1 ? 2 : amount - 1 }),
    'pays silently': () => ({ ...plan({ after, pays: amount }), tells: [] }),
    'tells late': () => ({ ...plan({ after, pays: amount }), tells: [LATE] }),
    'tells twice': () => ({ ...plan({ after, pays: amount }), tells: [0, LATE] }),
  };
  return plans[behaviour]();
}
