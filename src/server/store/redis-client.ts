import { misconfigured } from '../../contract/errors.js';
import { CibaError } from '../../contract/index.js';

/** The parts of other clients that tell them apart. */
interface AnyClient {
  readonly isReady?: unknown;
  readonly isOpen?: unknown;
  readonly masters?: unknown;
  readonly totalClients?: unknown;
  readonly defineCommand?: unknown;
  readonly duplicate?: unknown;
  readonly destroy?: unknown;
  readonly then?: unknown;
}

/** What is wrong with a client, or `null` if it is one of node-redis 5 or 6 that `connect()` was called on. */
function problemOf(client: AnyClient): string | null {
  if (typeof client.then === 'function') return 'is a promise. Await it.';
  if (typeof client.defineCommand === 'function') return 'is from ioredis, whose commands take other arguments.';
  if ('masters' in client) return "is a cluster, which the store doesn't support.";
  if ('totalClients' in client) return "is a pool, which can't subscribe.";
  if (typeof client.duplicate !== 'function') return "isn't a Redis client.";
  // Versions before 5 have neither, and take the options of `set` in another form.
  if (typeof client.isReady !== 'boolean' || typeof client.destroy !== 'function') {
    return 'is from an older version of `redis`, whose commands take other options.';
  }
  if (client.isOpen !== true) return "isn't connected. Call `await client.connect()` first.";
  return null;
}

/** @throws CibaError `misconfigured` for a client that the store can't use */
export function checkRedisClient(client: unknown): void {
  const problem = client === undefined || client === null ? 'is missing.' : problemOf(Object(client) as AnyClient);
  if (problem === null) return;
  throw misconfigured(
    `createRedisStore needs \`client\`, a connected client from \`createClient\` of the \`redis\` package (5 or 6). The one that it got ${problem}`,
  );
}

/** Why Redis refuses commands, by the code of its error. Only the code is told: the rest of its text may quote keys. */
const REFUSALS: Readonly<Record<string, string>> = {
  READONLY: 'it is a read-only replica. Connect to the primary',
  OOM: 'its memory is full. Raise `maxmemory`, and keep `maxmemory-policy noeviction`',
  MISCONF: "it can't save to its disk. Read its log",
  NOREPLICAS: 'it has too few replicas to write. Check the replicas, or `min-replicas-to-write`',
  NOPERM:
    "this user isn't allowed a command, key or channel. Allow `EVAL`, `EVALSHA` and the commands for reading, writing and publishing, for everything that starts with the store's prefix",
  NOAUTH: 'the client must log in. Set its username and password',
  WRONGPASS: "the client's username or password is wrong. Correct them",
  LOADING: 'it is still loading its data. Wait until it has started',
  MASTERDOWN: "it is a replica that can't reach its primary. Connect to the primary",
  CLUSTERDOWN: 'its cluster is down. Check the nodes',
  MOVED: "it is a node of a cluster, which the store doesn't support. Use a single primary",
  BUSY: 'a script runs for too long. Read its log',
  'unknown command': 'it does not know a command, such as `EVAL`. Enable it, or update Redis to 6 or newer',
  "can't run this command": "a script isn't allowed a command. Allow the client's user what scripts of the store use",
};

const REFUSAL = new RegExp(`(?:^|[\\s-])(${Object.keys(REFUSALS).join('|')})\\b`);

/** The error for a command that Redis did not run. It names the reason if Redis gave one that is known. */
export function redisUnavailable(cause?: unknown): CibaError {
  const [, reason = ''] = REFUSAL.exec(cause instanceof Error ? cause.message : '') ?? [];
  const advice = REFUSALS[reason];
  const message = advice
    ? `Redis refused a command (${reason}): ${advice}.`
    : 'Redis did not run a command. Check that it is running and can be reached.';
  return new CibaError('unavailable', message, { retryAfter: 1, cause });
}
