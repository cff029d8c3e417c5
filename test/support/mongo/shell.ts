/** A look at, or a hand on, what stands in a database: what an operator does in a shell. */
import mongoose from 'mongoose';

type Database = mongoose.mongo.Db;

/** Gives the database at `url` to `use`. */
export async function withDatabase<T>(url: string, use: (database: Database) => Promise<T>): Promise<T> {
  const connection = await mongoose.createConnection(url).asPromise();
  try {
    return await use(connection.getClient().db(connection.name));
  } finally {
    await connection.close();
  }
}
