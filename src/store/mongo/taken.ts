/** What MongoDB says when a key is taken. */
import mongoose from 'mongoose';

/** "Duplicate key". MongoDB does not say which key. */
export const TAKEN = 11_000;

/** Which of many unordered writes met a taken key, when that is all that went wrong; the error is thrown otherwise. */
export function takenOf(error: unknown): readonly number[] {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
  const errors = [error.writeErrors].flat();
  // None, where a majority's word is missing.
  if (errors.length === 0 || errors.some(({ code }) => code !== TAKEN)) throw error;
  return errors.map(({ index }) => index);
}
