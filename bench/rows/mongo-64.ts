/** [mongo-64] 64 callers wait at a time. */
import { mongoRow } from './mongo.js';

export const mongo64 = mongoRow(64);
