/** What declarations may use to answer: ports of the node, handed in once by `startGateway`. */
import type { Chance, Clock } from '../actors/runtime/clock.js';
import type { Engine } from '../actors/runtime/engine.js';
import type { Settings } from '../config.js';
import type { Json, Views } from '../store/ports.js';
import type { Attempts } from './auth/attempts.js';
import type { Derive } from './auth/derive.js';
import type { Passwords } from './auth/passwords.js';
import type { Sessions } from './auth/sessions.js';
import type { Tokens } from './auth/tokens.js';
import type { Catalogue, People, Whereabouts } from './lookups.js';
import type { Fleet } from './fleet/snapshot.js';
import type { NearestStations } from './geo/stations.js';
import type { Positions } from './geo/positions.js';
import type { Log } from './log.js';

export interface Tools {
  readonly engine: Engine;
  readonly views: Views;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly passwords: Passwords;
  readonly derive: Derive;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly catalogue: Catalogue;
  readonly people: People;
  readonly whereabouts: Whereabouts;
  readonly positions: Pick<Positions, 'ping' | 'setOnline' | 'cars' | 'last'>;
  readonly stations: Pick<NearestStations, 'near' | 'all'>;
  readonly fleet: Fleet;
  /**
   * Empties a view and builds it again from the journal; how many rows it has then; undefined when there is none;
   * `archived` where rows would be lost.
   */
  readonly rebuildView: (collection: string) => Promise<number | 'archived' | undefined>;
  /** The audit of `backseat verify`, beside the serving node; absent where there is none. */
  readonly audit: (() => Promise<Json>) | undefined;
  /** Rebuilds the rankings from their owners; `run` names it, so that a repeat does nothing. Absent likewise. */
  readonly rebuildRankings: ((run: string) => Promise<Rebuilt>) | undefined;
  /** Backups that are made beside the serving node; absent likewise. */
  readonly backups: BackupTool | undefined;
  readonly log: Log;
}

/** A backup's file, handed out part by part as it is asked for; one at a time. */
export interface BackupTool {
  begin(): Promise<{ readonly backup: string; readonly actors: number; readonly entries: number } | 'running'>;
  /** The next part, or the last one told once more; undefined where there is no such part. */
  part(backup: string, part: number): Promise<{ readonly bytes: Buffer; readonly last: boolean } | undefined>;
}

/** What a rebuild of the rankings did. */
export interface Rebuilt {
  readonly owners: number;
  readonly reports: number;
  readonly failed: readonly unknown[];
}
