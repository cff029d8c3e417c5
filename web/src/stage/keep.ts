/**
 * What the page keeps over a restart, in IndexedDB: the last snapshot, the streets, the usual hours.
 * All of it can be lost without harm, so a browser that keeps nothing is no error.
 */
const NAME = 'backseat-screen';
const TABLE = 'kept';

export type Kept = 'snapshot' | 'streets' | 'hours';

let opened: Promise<IDBDatabase> | undefined;

/** What was kept under a name; undefined when nothing was. */
export async function recall(name: Kept): Promise<unknown> {
  try {
    const table = (await open()).transaction(TABLE).objectStore(TABLE);
    return await done(table.get(name));
  } catch {
    return undefined;
  }
}

export async function keep(name: Kept, value: unknown): Promise<void> {
  try {
    const table = (await open()).transaction(TABLE, 'readwrite').objectStore(TABLE);
    await done(table.put(value, name));
  } catch {
    // Private windows and full disks keep nothing; the screen works without.
  }
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    done(request).then(resolve, reject);
  });
  return opened;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB failed'));
    };
  });
}
