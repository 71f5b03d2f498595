import { CibaError } from '../../../contract/index.js';
import type { DeviceRecord, DeviceStore } from './device-store.js';

/** What the store uses of a connected client of the `redis` package (node-redis 5 or 6). */
export interface RedisDeviceClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

export interface RedisDeviceStoreOptions {
  /** A connected client of a Redis that keeps its data over restarts. Your app creates it and closes it. */
  readonly client: RedisDeviceClient;
  /** Prefix of all keys. The braces keep them in one slot of a cluster. @default '{ciba-devices}:' */
  readonly prefix?: string;
}

// A phone is a hash of fields, each JSON text. ARGV[1] is the prefix. A set names the phones of a user; two keys find a
// phone by its cookie and by its passkey.
const READ = `
local function read(id)
  local fields = redis.call('HGETALL', ARGV[1] .. 'device:' .. id)
  return fields
end`;

const LIST = `${READ}
local all = {}
for _, id in ipairs(redis.call('SMEMBERS', ARGV[1] .. 'subject:' .. ARGV[2])) do all[#all + 1] = read(id) end
return all`;

const FIND = `${READ}
local id = redis.call('GET', ARGV[1] .. 'cookie:' .. ARGV[2])
if not id then return {} end
return read(id)`;

// ARGV: prefix, subject, most, id, credential, cookie, then fields.
const ADD = `
if redis.call('EXISTS', ARGV[1] .. 'credential:' .. ARGV[5]) == 1 then return 'credentialTaken' end
if redis.call('SCARD', ARGV[1] .. 'subject:' .. ARGV[2]) >= tonumber(ARGV[3]) then return 'full' end
redis.call('SADD', ARGV[1] .. 'subject:' .. ARGV[2], ARGV[4])
redis.call('SET', ARGV[1] .. 'credential:' .. ARGV[5], ARGV[4])
redis.call('SET', ARGV[1] .. 'cookie:' .. ARGV[6], ARGV[4])
for place = 7, #ARGV, 2 do redis.call('HSET', ARGV[1] .. 'device:' .. ARGV[4], ARGV[place], ARGV[place + 1]) end
return 'added'`;

// Cookies are JSON text in the hash, hence the quotes around them.
const UNLINK_COOKIES = `
local function unlink(key)
  for _, field in ipairs({'cookieHash', 'nextCookieHash'}) do
    local hash = redis.call('HGET', key, field)
    if hash and hash ~= 'null' then redis.call('DEL', ARGV[1] .. 'cookie:' .. string.sub(hash, 2, -2)) end
  end
end`;

// ARGV: prefix, id, then fields.
const UPDATE = `${UNLINK_COOKIES}
local key = ARGV[1] .. 'device:' .. ARGV[2]
if redis.call('EXISTS', key) == 0 then return end
unlink(key)
for place = 3, #ARGV, 2 do redis.call('HSET', key, ARGV[place], ARGV[place + 1]) end
for _, field in ipairs({'cookieHash', 'nextCookieHash'}) do
  local hash = redis.call('HGET', key, field)
  if hash and hash ~= 'null' then redis.call('SET', ARGV[1] .. 'cookie:' .. string.sub(hash, 2, -2), ARGV[2]) end
end`;

// ARGV: prefix, subject, id.
const REMOVE = `${UNLINK_COOKIES}
local key = ARGV[1] .. 'device:' .. ARGV[3]
if redis.call('SREM', ARGV[1] .. 'subject:' .. ARGV[2], ARGV[3]) == 0 then return 0 end
unlink(key)
local credential = redis.call('HGET', key, 'credentialId')
if credential then redis.call('DEL', ARGV[1] .. 'credential:' .. string.sub(credential, 2, -2)) end
redis.call('DEL', key)
return 1`;

/**
 * Keeps phones in Redis. Phones must outlive a restart, so that Redis needs persistence (`appendonly yes`).
 *
 * @throws CibaError `unavailable` from every method, if Redis can't be reached
 * @example
 * import { createClient } from 'redis';
 *
 * const client = createClient({ url: 'redis://localhost' });
 * const devices = createRedisDeviceStore({ client });
 */
export function createRedisDeviceStore(options: RedisDeviceStoreOptions): DeviceStore {
  const prefix = options.prefix ?? '{ciba-devices}:';

  async function run(script: string, ...values: readonly string[]): Promise<unknown> {
    try {
      // The one key only tells a cluster where to run the script.
      return await options.client.eval(script, { keys: [`${prefix}all`], arguments: [prefix, ...values] });
    } catch (cause) {
      throw new CibaError('unavailable', 'The store of devices did not answer. Check Redis.', { cause });
    }
  }

  return {
    async list(subject) {
      const found = (await run(LIST, subject)) as readonly (readonly string[])[];
      return found
        .map(toDevice)
        .filter((device) => device !== null)
        .toSorted((a, b) => a.addedAt - b.addedAt);
    },
    async add(device, { most }) {
      const { subject, id, credentialId, cookieHash } = device;
      return (await run(ADD, subject, String(most), id, credentialId, cookieHash, ...toFields(device))) as
        'added' | 'full' | 'credentialTaken';
    },
    findByCookie: async (cookieHash) => toDevice((await run(FIND, cookieHash)) as readonly string[]),
    async update(id, change) {
      await run(UPDATE, id, ...toFields(change));
    },
    remove: async (subject, id) => (await run(REMOVE, subject, id)) === 1,
  };
}

function toFields(values: object): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name, JSON.stringify(value)]));
}

function toDevice(fields: readonly string[]): DeviceRecord | null {
  if (fields.length === 0) return null;
  const device: Record<string, unknown> = {};
  for (let place = 0; place + 1 < fields.length; place += 2) {
    device[fields[place] as string] = JSON.parse(fields[place + 1] as string);
  }
  return device as unknown as DeviceRecord;
}
