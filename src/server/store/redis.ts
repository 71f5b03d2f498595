import { createHash } from 'node:crypto';
import { checkRedisClient, redisUnavailable } from './redis-client.js';
import { runSteps } from './run-steps.js';
import type { CibaStore } from './store.js';

/** What the store uses of a connected client of the `redis` package (node-redis 5 or 6). */
export interface RedisClient {
  /** Whether it is connected. Commands sent before that would wait in the client's queue and run much later. */
  readonly isReady: boolean;
  /** Whether `connect()` was called. */
  readonly isOpen: boolean;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { expiration: { type: 'PX'; value: number } }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  duplicate(): RedisSubscriber;
  destroy(): void;
}

/** A second connection of that client. A connection that subscribes can do nothing else. */
export interface RedisSubscriber {
  connect(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  subscribe(channel: string, listener: () => void): Promise<unknown>;
  unsubscribe(channel: string, listener: () => void): Promise<unknown>;
  destroy(): void;
}

export interface RedisStoreOptions {
  /** A connected client. Your app creates it, handles its `error` events, and closes it. */
  readonly client: RedisClient;
  /** Prefix of all keys and channels. @default 'ciba:' */
  readonly prefix?: string;
  /** Seconds after which a command fails. @default 2 */
  readonly timeout?: number;
  /** Wall-clock milliseconds, for the slots of open logins and the windows of limits. @default Date.now */
  readonly now?: () => number;
}

/** A {@link CibaStore} in Redis. */
export interface RedisStore extends CibaStore {
  /** Closes the connection that subscribes. Your app closes the client itself. */
  close(): void;
}

/** A script, and the name under which Redis keeps it once it has run. */
interface Script {
  readonly text: string;
  readonly sha1: string;
}

function createScript(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

// Each script is one atomic step on one key, so that a cluster can run it. Values are JSON text, times are milliseconds.
const SET_IF_ABSENT = createScript(`
local stored = redis.call('GET', KEYS[1])
if stored then return {0, stored} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {1, ARGV[1]}`);

const DELETE_IF_EQUALS = createScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

const SET_IF_EQUALS = createScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`);

const INCREMENT = createScript(`
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return count`);

const SET_IF_GREATER = createScript(`
local stored = redis.call('GET', KEYS[1])
if stored and tonumber(stored) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

// The list lasts for as long as its longest member.
const ADD_TO_INDEX = createScript(`
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end`);

const REMOVE_FROM_INDEX = createScript(`redis.call('ZREM', KEYS[1], ARGV[1])`);

const READ_INDEX = createScript(`return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])`);

// The key holds a hash from member to "until owner". ARGV: member, owner, maximum of owners, now, lifetime.
const ACQUIRE_SLOT = createScript(`
local owners, count, soonest, latest = {}, 0, math.huge, 0
local slots = redis.call('HGETALL', KEYS[1])
for i = 1, #slots, 2 do
  local member = slots[i]
  local time, owner = slots[i + 1]:match('^(%d+) (.*)$')
  local ends = tonumber(time)
  if ends <= tonumber(ARGV[4]) then
    redis.call('HDEL', KEYS[1], member)
  elseif member ~= ARGV[1] then
    if not owners[owner] then owners[owner] = true; count = count + 1 end
    soonest = math.min(soonest, ends)
    latest = math.max(latest, ends)
  end
end
if not owners[ARGV[2]] and count >= tonumber(ARGV[3]) then
  return math.max(1, math.ceil((soonest - tonumber(ARGV[4])) / 1000))
end
local ends = tonumber(ARGV[4]) + tonumber(ARGV[5])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', ends) .. ' ' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(latest, ends) - tonumber(ARGV[4])))
return 0`);

const PING = `return redis.call('PING')`;

const RELEASE_SLOT = createScript(`return redis.call('HDEL', KEYS[1], ARGV[1])`);

// The key holds a hash from limit to "count until". ARGV: now, then points and duration of each limit.
const CONSUME = createScript(`
local now, wait, latest, windows = tonumber(ARGV[1]), 0, 0, {}
for i = 2, #ARGV, 2 do
  local name, points, duration = ARGV[i] .. '/' .. ARGV[i + 1], tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local count, ends = (redis.call('HGET', KEYS[1], name) or '0 0'):match('^(%d+) (%d+)$')
  count, ends = tonumber(count), tonumber(ends)
  if ends <= now then count, ends = 0, now + duration end
  if count >= points then wait = math.max(wait, ends - now) end
  latest = math.max(latest, ends)
  windows[#windows + 1] = name
  windows[#windows + 1] = string.format('%d %.0f', count + 1, ends)
end
if wait > 0 then return wait end
redis.call('HSET', KEYS[1], unpack(windows))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', latest - now))
return 0`);

/**
 * Keeps everything in Redis, so that any number of processes share logins, sessions, lockouts and limits. A command
 * that fails or takes too long throws `unavailable`, and the browser tries again. docs/server.md lists what is stored.
 *
 * @throws CibaError `misconfigured` if `client` is missing, of another kind or version, or not connected
 * @example
 * import { createClient } from 'redis';
 *
 * const client = createClient({ url: 'redis://localhost:6379' });
 * client.on('error', (error: Error) => console.error('redis:', error.message));
 * await client.connect();
 * const store = createRedisStore({ client });
 */
export function createRedisStore({
  client,
  prefix = 'ciba:',
  timeout = 2,
  now = () => Date.now(),
}: RedisStoreOptions): RedisStore {
  checkRedisClient(client);
  let subscriber: Promise<RedisSubscriber> | null = null;

  async function run<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    if (!client.isReady) throw redisUnavailable();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No answer within ${timeout} s.`)), timeout * 1000);
    });
    try {
      return await Promise.race([command(), tooLate]);
    } catch (cause) {
      throw redisUnavailable(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends the script's name only, which Redis forgets when it restarts. */
  async function runScript({ text, sha1 }: Script, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
    try {
      return await client.evalSha(sha1, options);
    } catch (caught) {
      if (!(caught instanceof Error && caught.message.startsWith('NOSCRIPT'))) throw caught;
      return client.eval(text, options);
    }
  }

  function script(one: Script, key: string, ...values: readonly (string | number)[]): Promise<unknown> {
    return run(() => runScript(one, { keys: [prefix + key], arguments: values.map(String) }));
  }

  function connectSubscriber(): Promise<RedisSubscriber> {
    subscriber ??= (async () => {
      const connection = client.duplicate();
      // It reconnects and subscribes again by itself. The app learns of problems from its own client.
      connection.on('error', () => undefined);
      await connection.connect();
      return connection;
    })().catch((caught: unknown) => {
      subscriber = null;
      throw caught;
    });
    return subscriber;
  }

  const store: RedisStore = {
    async get<Value>(key: string) {
      const text = await run(() => client.get(prefix + key));
      return typeof text === 'string' ? (JSON.parse(text) as Value) : undefined;
    },
    async set(key, value, ttlSeconds) {
      const expiration = { type: 'PX', value: toMs(ttlSeconds) } as const;
      await run(() => client.set(prefix + key, JSON.stringify(value), { expiration }));
    },
    async delete(key) {
      await run(() => client.del(prefix + key));
    },
    async setIfAbsent<Value>(key: string, value: Value, ttlSeconds: number) {
      const answer = await script(SET_IF_ABSENT, key, JSON.stringify(value), toMs(ttlSeconds));
      const [claimed, stored] = answer as [number, string];
      return { claimed: claimed === 1, value: JSON.parse(stored) as Value };
    },
    async deleteIfEquals(key, value) {
      return (await script(DELETE_IF_EQUALS, key, JSON.stringify(value))) === 1;
    },
    async setIfEquals(key, expected, value, ttlSeconds) {
      const texts = [JSON.stringify(expected), JSON.stringify(value)] as const;
      return (await script(SET_IF_EQUALS, key, ...texts, toMs(ttlSeconds))) === 1;
    },
    async increment(key, by, ttlSeconds) {
      return Number(await script(INCREMENT, key, by, toMs(ttlSeconds)));
    },
    async setIfGreater(key, to, ttlSeconds) {
      return (await script(SET_IF_GREATER, key, to, toMs(ttlSeconds))) === 1;
    },
    async addToIndex(key, member, order, ttlSeconds) {
      await script(ADD_TO_INDEX, key, member, order, toMs(ttlSeconds));
    },
    async removeFromIndex(key, member) {
      await script(REMOVE_FROM_INDEX, key, member);
    },
    async readIndex(key, { upTo, limit }) {
      return (await script(READ_INDEX, key, upTo === Infinity ? '+inf' : upTo, limit)) as string[];
    },
    async acquireSlot(key, { owner, member, owners }, ttlSeconds) {
      return Number(await script(ACQUIRE_SLOT, key, member, owner, owners, Math.floor(now()), toMs(ttlSeconds)));
    },
    async releaseSlot(key, member) {
      await script(RELEASE_SLOT, key, member);
    },
    async consume(key, limits) {
      if (limits.length === 0) return 0;
      const values = limits.flatMap(({ points, duration }) => [points, toMs(duration)]);
      return Math.ceil(Number(await script(CONSUME, key, Math.floor(now()), ...values)) / 1000);
    },
    batch: (steps) => runSteps(store, steps),
    async publish(channel) {
      await run(() => client.publish(prefix + channel, ''));
    },
    async subscribe(channel, onMessage) {
      // Each subscriber gets its own function, because the client keeps a set of them.
      const listener = () => onMessage();
      const connection = await run(connectSubscriber);
      await run(() => connection.subscribe(prefix + channel, listener));
      return () => void connection.unsubscribe(prefix + channel, listener).catch(() => undefined);
    },
    async ping() {
      // Scripts are known by their names until Redis restarts. Whether it runs new ones has to be known before.
      await run(() => client.eval(PING, { keys: [], arguments: [] }));
    },
    close() {
      void subscriber?.then((connection) => connection.destroy());
      subscriber = null;
    },
  };
  return store;
}

/** Redis accepts whole milliseconds above 0. */
function toMs(seconds: number): number {
  return Math.max(1, Math.ceil(seconds * 1000));
}
