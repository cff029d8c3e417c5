/** [mongo-1] One caller waits at a time. */
import { mongoRow } from './mongo.js';

export const mongo1 = mongoRow(1);
