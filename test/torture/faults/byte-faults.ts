/** Bytes of the store's files flip, and files lose their ends: in copies, since what is damaged may be gone. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Dice } from '../../../src/jobs/demo/city/dice.js';
import { stationsCollection } from '../../../src/actors/station/views.js';
import { ranges, type Between } from '../../../src/store/embedded/keys.js';
import { complaints } from '../../../src/node/complaints.js';
import { until } from '../../support/until.js';
import { withLevel } from '../../store/support/folder.js';
import type { Town } from '../town.js';
import type { Fault } from './fault.js';
import type { Ground } from './ground.js';

/** The view that passengers read. */
const LISTED = 'sales';
const EXAMINE = fileURLToPath(new URL('examine.js', import.meta.url));

/** Each kind of file that a store has, by its name. */
const KINDS: Readonly<Record<string, RegExp>> = {
  log: /^level\/\d+\.log$/,
  table: /^level\/\d+\.ldb$/,
  manifest: /^level\/MANIFEST-\d+$/,
  current: /^level\/CURRENT$/,
  lock: /^level\/LOCK$/,
  'LevelDB’s notes': /^level\/LOG$/,
  flushed: /^flushed$/,
};

/** What examine.js tells of reading a whole store. */
type Examined =
  | { readonly read: string; readonly entries: number; readonly warnings: readonly string[] }
  | { readonly refused: string; readonly kind: string };

/** How a store was met that somebody hurt. */
type Met = Examined | { readonly aborted: string };

export const bytes: Fault = {
  name: 'bytes',
  happens:
    'in a copy for each kind of file a bit flips, in another its end is gone; all snapshots, and all stations and sales in the views, are damaged',
  expected:
    'a start refuses and says why, or warns of a torn end; nothing that was stored is read altered; snapshots are passed over; a damaged view is rebuilt at the start, or told and rebuilt by command',
  async strike(ground) {
    const { stand } = ground;
    await ground.busy();
    const place = await mkdtemp(join(tmpdir(), 'backseat-bytes-'));
    const told: string[] = [];
    try {
      const ended = await stand.interrupt(async () => {
        await stand.kill();
        await cp(ground.shim.folder, join(place, 'sound'), { recursive: true });
      });
      const hurts = await hurt(place, stand.dice);
      const [sound, ...met] = await examineAll([join(place, 'sound'), ...hurts.map(({ folder }) => folder)]);
      hurts.forEach(({ what }, n) => told.push(`${what}: ${judge(ground, what, sound, met[n])}`));
      told.push(...(await recordsHurt(ground)));
      return { stored: ended.stored, lost: ended.lost, told };
    } finally {
      await rm(place, { recursive: true });
    }
  },
};

/** What is no truth is damaged where it stands, all of it: the server does without, or rebuilds it. */
async function recordsHurt(ground: Ground): Promise<readonly string[]> {
  const { stand, shim } = ground;
  const snapshots = await hurtValues(shim.folder, { gt: 's', lt: 't' }, stand.dice);
  const kept = await hurtValues(shim.folder, ranges.rows(stationsCollection.name), stand.dice);
  const listed = await hurtValues(shim.folder, ranges.rows(LISTED), stand.dice);
  // Whoever reads such a row is refused, and the log says so.
  stand.expected = /is damaged: .*rebuild the view/;
  const rebuilt = await ground.logs(() => ground.start(), /^the view stations was damaged, and is rebuilt/);
  await stand.everybodyBack();
  // Nobody, where actors that were asked again have written all their rows anew.
  const refused = await refusedLists(stand.town);
  const names = async () => (await ground.complaints()).includes(complaints.damagedView(LISTED));
  await until('/health names the damaged view', names);
  const platform = await stand.town.logIn();
  const { rows } = await platform.must('view.rebuild', { collection: LISTED });
  platform.close();
  if ((await refusedLists(stand.town)) > 0) stand.ledger.violation('damaged rows are there after a rebuild');
  return [
    `${snapshots} snapshots damaged: passed over`,
    `${kept} stations damaged: ${rebuilt}`,
    `${listed} sales damaged: ${refused} lists refused, and none after a rebuild of ${rows} rows`,
  ];
}

/** Damages all values in a range; resolves with their number. */
async function hurtValues(folder: string, range: Between, dice: Dice): Promise<number> {
  return withLevel(folder, async (level) => {
    const batch = level.batch();
    for (const [key, value] of await level.iterator(range).all()) {
      const at = dice.whole(0, value.length - 1);
      const flipped = String.fromCharCode(value.charCodeAt(at) ^ 1);
      const torn = dice.chance(0.5);
      batch.put(key, torn ? value.slice(0, at) : value.slice(0, at) + flipped + value.slice(at + 1));
    }
    const { length } = batch;
    await batch.write();
    return length;
  });
}

/** How many passengers cannot have their list of sales. */
async function refusedLists(town: Town): Promise<number> {
  const lists = await Promise.all(
    town.passengers.map(({ caller }) =>
      caller.must('sale.list', {}).then(
        () => 0,
        () => 1,
      ),
    ),
  );
  return lists.reduce<number>((sum, one) => sum + one, 0);
}

/** A copy for each kind of file, with one flipped bit, and one with its end cut off. */
async function hurt(place: string, dice: Dice) {
  const sound = join(place, 'sound');
  const names = [...readdirSync(join(sound, 'level')).map((name) => `level/${name}`), 'flushed'];
  const hurts: { readonly what: string; readonly folder: string }[] = [];
  for (const [kind, pattern] of Object.entries(KINDS)) {
    const files = names.filter((name) => pattern.test(name) && existsSync(join(sound, name)));
    const filled = files.filter((name) => statSync(join(sound, name)).size > 0);
    if (filled.length === 0) continue;
    for (const way of ['flipped', 'torn'] as const) {
      const name = dice.pick(filled);
      const folder = join(place, `copy${hurts.length}`);
      await cp(sound, folder, { recursive: true });
      const file = join(folder, name);
      const at = dice.whole(0, statSync(file).size - 1);
      if (way === 'torn') truncateSync(file, at);
      else flip(file, at);
      hurts.push({ what: `${kind} ${way} at ${at}`, folder });
    }
  }
  return hurts;
}

function flip(file: string, at: number): void {
  const content = readFileSync(file);
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  writeFileSync(file, content);
}

/** In children: a process that LevelDB ends is followed by another one behind the store that it met. */
async function examineAll(folders: readonly string[]): Promise<readonly Met[]> {
  const met: Met[] = [];
  while (met.length < folders.length) {
    const args = [EXAMINE, ...folders.slice(met.length)];
    const ended = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error as Failed);
    met.push(...ended.stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Examined])));
    if (!('signal' in ended)) continue;
    if (ended.signal !== 'SIGABRT') throw ended;
    met.push({ aborted: ended.stderr.trim().split('\n').at(-1) ?? '' });
  }
  return met;
}

type Failed = Error & { readonly stdout: string; readonly stderr: string; readonly signal: NodeJS.Signals | null };

/**
 * What is said of a hurt store, in a word; silence where there is less than before, or something else, is a violation.
 */
function judge({ stand }: Ground, what: string, sound: Met | undefined, met: Met | undefined): string {
  if (!sound || !('read' in sound))
    throw new Error(`the store that nobody hurt cannot be read: ${JSON.stringify(sound)}`);
  if (!met) throw new Error('a store was not examined');
  if ('aborted' in met) return `ended by LevelDB: ${met.aborted}`;
  if ('refused' in met) {
    // A place that points out of its file cannot be read at all.
    if (!['StoreDamaged', 'StoreUnavailable', 'DamagedEntry', 'LEVEL_IO_ERROR'].includes(met.kind)) {
      stand.ledger.violation(`${what}: ${met.kind}, ${met.refused}`);
    }
    return `refused: ${met.refused}`;
  }
  if (met.read === sound.read) return 'sound';
  const torn = met.warnings.find((warning) => warning.startsWith('the end of the journal is torn'));
  if (torn === undefined) stand.ledger.violation(`${what}: other entries were read, and nothing was said`);
  return `warned: ${torn ?? ''}`;
}
