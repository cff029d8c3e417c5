/** MongoDB's addresses: only what URL of the platform cannot read, since they may name several hosts. */

/** `mongodb://user:password@host:port,host:port` · `/database` · `?options`. */
const ADDRESS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

/** The database where the address names none. */
const FALLBACK = 'backseat';

/** The database that an address names. */
export function databaseOf(url: string): string {
  const named = ADDRESS.exec(url)?.[2];
  return named === undefined || named === '' ? FALLBACK : decodeURIComponent(named);
}

/** The same server, with another database. */
export function withDatabase(url: string, database: string): string {
  const [, server = url, , options] = ADDRESS.exec(url) ?? [];
  return `${server}/${encodeURIComponent(database)}${options === undefined ? '' : `?${options}`}`;
}

/** The options that an address names. */
export function optionsOf(url: string): URLSearchParams {
  return new URLSearchParams(ADDRESS.exec(url)?.[3] ?? '');
}

/** The address without the options of these names. */
export function withoutOptions(url: string, names: readonly string[]): string {
  const kept = [...optionsOf(url)].filter(([name]) => !names.includes(name));
  const [before = url] = url.split('?');
  return kept.length === 0 ? before : `${before}?${new URLSearchParams(kept).toString()}`;
}

/** The address without name, password and options: what may be said in a log. */
export function shownUrl(url: string): string {
  const server = ADDRESS.exec(url)?.[1] ?? '';
  return `mongodb://${server.slice(server.indexOf('//') + 2).replace(/^.*@/, '')}/${databaseOf(url)}`;
}
