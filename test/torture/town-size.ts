/** How large a town is, and how busy it must be when its server ends. */

export interface TownSize {
  /** As many drivers, each with one device. */
  readonly devices: number;
  readonly passengers: number;
  readonly stations: number;
  /** Loops of each passenger that buy at the same time. */
  readonly hands: number;
  /** Before anybody begins something new, ms; none where it is left out. */
  readonly pauseMs?: number;
}

/** Commands that must be on their way when the server is ended. */
export const LEAST_IN_FLIGHT = 200;

/** The smallest town that keeps {@link LEAST_IN_FLIGHT} commands on their way. */
export const SMALL: TownSize = { devices: 8, passengers: 20, stations: 2, hands: 14 };

/** Enough for a fault of the machine, which needs somebody at work and not much on its way. */
export const TINY: TownSize = { devices: 2, passengers: 6, stations: 1, hands: 6 };

/** Commands that are on their way in a town when a fault strikes it. */
export function inFlightOf({ passengers, hands }: TownSize): number {
  return Math.min(LEAST_IN_FLIGHT, Math.floor((passengers * hands) / 2));
}

/** Who keeps a connection open. */
export function peopleIn({ devices, passengers, stations }: TownSize): number {
  return 2 * devices + passengers + stations;
}

export const LARGE: TownSize = { devices: 24, passengers: 40, stations: 4, hands: 8 };
