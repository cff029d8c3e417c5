/** [socket-uws] Over uWebSockets.js. */
import { socketRow } from './socket.js';

export const socketUws = socketRow('socket-uws', 'uws', 'uWebSockets.js');
