/** The census: how many devices there are, and how many are online. */
export type FleetState = {
  total: number;
  online: number;
  /**
   * By device the seq of the last presence, negative when it said offline: one number each, because
   * a fleet may have a million.
   */
  devices: Record<string, number>;
};
