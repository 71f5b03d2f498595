// @vitest-environment node
import { createClient, createClientPool, createCluster } from 'redis';
import { describe, expect, test } from 'vitest';
import { createRedisStore } from '../../../src/server/store/redis.js';
import { redisUnavailable } from '../../../src/server/store/redis-client.js';

const command = async () => null;
const commands = { get: command, set: command, del: command, eval: command, publish: command, ping: command };

describe('S11: createRedisStore', () => {
  test.each([
    ['nothing', undefined, /is missing/],
    ['null', null, /is missing/],
    ['an address', 'redis://localhost:6379', /isn't a Redis client/],
    ['something else', new Map(), /isn't a Redis client/],
    ['a promise of a client', Promise.resolve(createClient()), /Await it/],
    ['a client that was never connected', createClient(), /await client.connect\(\)/],
    ['a cluster', createCluster({ rootNodes: [{ url: 'redis://localhost:1' }] }), /is a cluster/],
    ['a pool', createClientPool(), /is a pool/],
    // As ioredis 5 and redis 3 and 4 make them.
    [
      'a client of ioredis',
      { ...commands, status: 'ready', duplicate: () => null, defineCommand: () => null, quit: command },
      /is from ioredis/,
    ],
    [
      'a client of redis 4',
      { ...commands, isOpen: true, isReady: true, duplicate: () => null, quit: command, disconnect: command },
      /older version/,
    ],
    ['a client of redis 3', { ...commands, ready: true, connected: true, duplicate: () => null }, /older version/],
  ])('refuses %s at once, in one line that says what to pass', (_, client, problem) => {
    expect(() => createRedisStore({ client: client as never })).toThrow(
      expect.objectContaining({
        code: 'misconfigured',
        message: expect.stringMatching(
          /^createRedisStore needs `client`, a connected client from `createClient`/,
        ) as string,
      }),
    );
    expect(() => createRedisStore({ client: client as never })).toThrow(problem);
  });

  test('takes a client whose connection is still under way, or lost for now', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1', socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    const connecting = client.connect().catch(() => undefined);
    const store = createRedisStore({ client });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'unavailable' });
    await connecting;
  });
});

describe('S11: a command that Redis refuses', () => {
  test.each([
    ["READONLY You can't write against a read only replica.", /READONLY.*primary/],
    ["OOM command not allowed when used memory > 'maxmemory'.", /OOM.*maxmemory/],
    ["ERR Error running script: @user_script:2: -OOM command not allowed when used memory > 'maxmemory'.", /OOM/],
    ["NOPERM this user has no permissions to run the 'eval' command", /NOPERM.*EVAL/],
    ["ERR unknown command 'eval', with args beginning with: 'local secret'", /unknown command.*EVAL/],
    ["ERR The user executing the script can't run this command or subcommand script: 1", /can't run this command/],
    ['MISCONF Redis is configured to save RDB snapshots', /MISCONF.*disk/],
    ['NOREPLICAS Not enough good replicas to write.', /NOREPLICAS/],
    ['NOAUTH Authentication required.', /NOAUTH/],
    ['LOADING Redis is loading the dataset in memory', /LOADING/],
    ['MOVED 866 127.0.0.1:7000', /MOVED.*cluster/],
  ])('has its reason in the error, and nothing else of its text: %s', (text, reason) => {
    const error = redisUnavailable(new Error(text));
    expect(error).toMatchObject({ code: 'unavailable', retryAfter: 1 });
    expect(error.message).toMatch(reason);
    for (const part of text.split(/[^\w']+/).filter((word) => /secret|snapshots|866|user_script/.test(word))) {
      expect(error.message).not.toContain(part);
    }
  });

  test.each([new Error('Socket closed'), new Error('ciba:ROOM'), undefined, null, 'READONLY'])(
    'has a general text without a known reason: %s',
    (cause) => {
      expect(redisUnavailable(cause).message).toMatch(/Check that it is running/);
    },
  );
});
