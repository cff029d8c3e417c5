/** Which transports can be measured here. */
import { uwsIsHere } from '#built/gateway/transport/uws-binary.js';

/** What `npm start` takes where nothing is said. */
export function bestTransport(): 'uws' | 'node' {
  return uwsIsHere() ? 'uws' : 'node';
}
