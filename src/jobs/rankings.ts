/**
 * Rebuilds the rankings from their owners: asks each device and station for its own figures, which are exact, and
 * reports them in its name. A ranking that agrees with its owners stays as it is.
 *
 * Boundary: the periods that owners still hold (the present ones, and the last in which an owner sold). Rankings of
 * periods gone by are not touched; whether they are right, `backseat verify` tells from the journal.
 */
import type { Engine } from '../actors/runtime/engine.js';
import { rankingKey, type OwnFigures, type ReporterList } from '../actors/ranking/commands.js';
import { REBUILD } from '../actors/ranking/decide.js';
import type { ActorId, Refusal, Views } from '../store/ports.js';

export interface RebuildOptions {
  readonly engine: Pick<Engine, 'ask' | 'read'>;
  readonly views: Views;
  /** Names this run: a run that is repeated with the same name reports nothing twice. */
  readonly run: string;
  /** Owners asked at the same time. */
  readonly atOnce?: number;
}

/** What a rebuild did. */
export interface Rebuilt {
  /** Owners asked. */
  readonly owners: number;
  /** Reports that counted: news to their ranking, or the same as it had. */
  readonly reports: number;
  /** Owners and rankings that did not answer; run it again for these. */
  readonly failed: readonly { readonly actor: ActorId; readonly error: Refusal }[];
}

/** Where each kind of owner is listed: view, and the index by which all of its rows are read. */
const owners: Readonly<Record<ReporterList, { readonly kind: string; readonly index: string }>> = {
  devices: { kind: 'device', index: 'name' },
  stations: { kind: 'station', index: 'name' },
};
const PAGE = 500;

interface Owner {
  readonly actor: ActorId;
  readonly currency: string;
}

export async function rebuildRankings({ engine, views, run, atOnce = 32 }: RebuildOptions): Promise<Rebuilt> {
  const failed: { actor: ActorId; error: Refusal }[] = [];
  let asked = 0;
  let reports = 0;

  async function rebuild({ actor, currency }: Owner): Promise<void> {
    asked += 1;
    const read = await engine.read(actor, 'figures', {}, REBUILD);
    const figures = 'unstored' in read ? { ok: false as const, error: read.unstored } : read.value.outcome;
    if (!figures.ok) {
      failed.push({ actor, error: figures.error });
      return;
    }
    // The owner's own answer, by the type that its read declares.
    for (const { period, key, report } of (figures.value as unknown as OwnFigures).periods) {
      const to: ActorId = `ranking:${rankingKey(period, key, currency)}`;
      const id = `${run}.${report.from}`;
      const answer = await engine.ask({ to, type: 'report', input: report, caller: REBUILD, id });
      const outcome = 'unstored' in answer ? { ok: false as const, error: answer.unstored } : answer.value.outcome;
      if (outcome.ok) reports += 1;
      else failed.push({ actor: to, error: outcome.error });
    }
  }

  const all = listOwners(views);
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = await all.next(); next.done !== true; next = await all.next()) await rebuild(next.value);
    }),
  );
  return { owners: asked, reports, failed };
}

async function* listOwners(views: Views): AsyncGenerator<Owner, void> {
  for (const [collection, { kind, index }] of Object.entries(owners)) {
    let cursor: string | undefined;
    do {
      const page = await views.find({ collection, index, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      for (const { id, fields } of page.rows) {
        if (typeof fields['currency'] === 'string') yield { actor: `${kind}:${id}`, currency: fields['currency'] };
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}
