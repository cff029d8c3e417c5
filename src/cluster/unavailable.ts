/** Redis cannot be used at the start; the message is one line and names the setting. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}
