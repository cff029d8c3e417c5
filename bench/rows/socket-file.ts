/**
 * [socket-file] One durable command over a socket, beside the least that durable can mean there: the server puts what
 * it hears at the end of a file, and acknowledges when that is on the disk.
 */
import { join } from 'node:path';

import { withFolder } from '../kit/folders.js';
import { atLeast, type Row } from '../kit/row.js';
import { bestTransport } from '../kit/transports.js';
import { besideEcho } from './socket.js';

export const socketFile: Row = {
  id: 'socket-file',
  name: 'Socket: one durable command, and a file',
  unit: 'commands/s',
  referenceName: 'bare socket.io echo that appends what it hears to a file first, group commit by fdatasync',
  aim: atLeast(0.8),
  leavesOut:
    'All that the file cannot do: it decides nothing, and finds nothing again; what is written of a command is several times ' +
    'what is heard of it. A network: all runs on one machine, and the load takes a core of it.',
  run: (sizes) => withFolder((folder) => besideEcho(bestTransport(), sizes, join(folder, 'file'))),
};
