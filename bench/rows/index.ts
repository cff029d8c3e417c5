/** All rows, in the order in which they are run and shown, and the groups of them. */
import type { Row } from '../kit/row.js';
import { attack } from './attack.js';
import { clusterCommand } from './cluster-command.js';
import { clusterPush } from './cluster-push.js';
import { connections } from './connections.js';
import { engineHot } from './engine-hot.js';
import { engineWide } from './engine-wide.js';
import { fanout } from './fanout.js';
import { growth100k } from './growth-100k.js';
import { idleBytes } from './idle-bytes.js';
import { mongo1 } from './mongo-1.js';
import { mongo64 } from './mongo-64.js';
import { mongo1024 } from './mongo-1024.js';
import { reconnect } from './reconnect.js';
import { runtimeAsk } from './runtime-ask.js';
import { runtimeTell } from './runtime-tell.js';
import { sales } from './sales.js';
import { socketFile } from './socket-file.js';
import { socketUws } from './socket-uws.js';
import { socketWs } from './socket-ws.js';
import { start100k } from './start-100k.js';
import { usualHot } from './usual-hot.js';
import { usualRestock } from './usual-restock.js';
import { usualWide } from './usual-wide.js';

/** What is run where nothing is named: what is claimed of the product, beside its limits. */
const standard: readonly Row[] = [
  engineHot,
  engineWide,
  socketWs,
  socketUws,
  sales,
  fanout,
  idleBytes,
  start100k,
  growth100k,
];

/** Beside what people would use instead, and beside a file: they need databases and packages, and long runs. */
const peers: readonly Row[] = [socketFile, usualHot, usualWide, usualRestock, runtimeAsk, runtimeTell];

/** What many connections cost, and what they may do to each other. */
const lines: readonly Row[] = [connections, reconnect];

const strangers: readonly Row[] = [attack];

const cluster: readonly Row[] = [mongo1, mongo64, mongo1024, clusterCommand, clusterPush];

export const rows: readonly Row[] = [...standard, ...peers, ...lines, ...strangers, ...cluster];

/** Rows that have one name together. */
export const groups = {
  standard,
  peers,
  connections: lines,
  attack: strangers,
  cluster,
  all: rows,
} as const satisfies Record<string, readonly Row[]>;
