/** How a payment at the sandbox behaves: everything that real providers have been seen to do to a shop. */

export const behaviours = [
  'pays',
  'refuses',
  'pays late',
  'pays twice',
  'never pays',
  'pays a wrong amount',
  'pays silently',
] as const;

/** One of {@link behaviours}; `pays silently` pays and never calls back. */
export type Behaviour = (typeof behaviours)[number];

/** What an operator wishes: `afterMs` is how long the payer takes; absent, the behaviour says. */
export type Wish = { readonly behaviour: Behaviour; readonly afterMs?: number };

/** Something that the payer will do, `after` ms from the order: pay this much, or refuse. */
export type Deed = { readonly after: number } & ({ readonly pays: number } | { readonly pays: 'nothing' });

export type Plan = { readonly deeds: readonly Deed[]; readonly tells: boolean };

/** How far behind the expiry `pays late` pays, ms. */
const LATE = 1000;

/** What will happen to an order of `amount` that expires in `expiresIn` ms. */
export function planOf(
  { behaviour, afterMs }: Wish,
  { amount, expiresIn }: { readonly amount: number; readonly expiresIn: number },
  usualMs: number,
): Plan {
  const after = afterMs ?? usualMs;
  const plan = (...deeds: readonly Deed[]): Plan => ({ deeds, tells: true });
  const plans: Record<Behaviour, () => Plan> = {
    pays: () => plan({ after, pays: amount }),
    refuses: () => plan({ after, pays: 'nothing' }),
    'pays late': () => plan({ after: afterMs ?? Math.max(0, expiresIn) + LATE, pays: amount }),
    'pays twice': () => plan({ after, pays: amount }, { after, pays: amount }),
    'never pays': () => plan(),
    'pays a wrong amount': () => plan({ after, pays: amount === 1 ? 2 : amount - 1 }),
    'pays silently': () => ({ ...plan({ after, pays: amount }), tells: false }),
  };
  return plans[behaviour]();
}
