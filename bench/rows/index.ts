/** All rows, in the order in which they are run and shown. */
import type { Row } from '../kit/row.js';
import { clusterCommand } from './cluster-command.js';
import { clusterPush } from './cluster-push.js';
import { engineHot } from './engine-hot.js';
import { engineWide } from './engine-wide.js';
import { fanout } from './fanout.js';
import { growth } from './growth.js';
import { idleBytes } from './idle-bytes.js';
import { mongo1 } from './mongo-1.js';
import { mongo64 } from './mongo-64.js';
import { mongo1024 } from './mongo-1024.js';
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

export const rows: readonly Row[] = [
  engineHot,
  engineWide,
  socketWs,
  socketUws,
  socketFile,
  sales,
  fanout,
  idleBytes,
  usualHot,
  usualWide,
  usualRestock,
  runtimeAsk,
  runtimeTell,
  start100k,
  growth,
  mongo1,
  mongo64,
  mongo1024,
  clusterCommand,
  clusterPush,
];

/** Rows that have one name together. */
export const groups: Readonly<Record<string, readonly Row[]>> = {
  cluster: [clusterCommand, clusterPush, mongo1, mongo64, mongo1024],
};
