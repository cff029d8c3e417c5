/** [socket-ws] Over node's http and ws. */
import { socketRow } from './socket.js';

export const socketWs = socketRow('socket-ws', 'node', 'ws');
