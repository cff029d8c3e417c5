/** [mongo-1024] 1024 callers wait at a time. */
import { mongoRow } from './mongo.js';

export const mongo1024 = mongoRow(1024);
