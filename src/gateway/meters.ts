/** What the gateway counts; the metrics page is one reader (metrics.ts). Each call is cheap. */
export interface Meters {
  /** A request was refused, by the gateway or by an actor. */
  answered(request: string, code: string): void;
}
