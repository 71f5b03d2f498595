import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';

/** Sits between a client and Redis, and can treat what Redis replies as a bad network does. */
export async function startRedisProxy(redisUrl: string) {
  const target = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let pieceBytes = Infinity;
  let cutAfterBytes = Infinity;
  let repliedBytes = 0;
  let askedBytes = 0;
  let cuts = 0;

  const server = createServer((client) => {
    const redis = connect(Number(target.port), target.hostname);
    const end = () => {
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (data) => {
      askedBytes += data.length;
      redis.write(data);
    });
    // Replies keep their order, however long each of them is held.
    let passed = Promise.resolve();
    redis.on('data', (data) => {
      const pass = () => {
        for (let at = 0; at < data.length; at += pieceBytes) client.write(data.subarray(at, at + pieceBytes));
      };
      const left = cutAfterBytes - repliedBytes;
      repliedBytes += data.length;
      if (left < data.length) {
        cutAfterBytes = Infinity;
        cuts += 1;
        passed = passed.then(() => void client.end(data.subarray(0, Math.max(0, left)), end));
      } else {
        const due = sleep(delayMs);
        passed = passed.then(() => due).then(pass);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    /** Holds every reply for so long, in milliseconds. */
    delay: (milliseconds: number) => void (delayMs = milliseconds),
    /** Passes replies on in pieces of so many bytes. */
    split: (bytes: number) => void (pieceBytes = bytes),
    /** Cuts the connection once, when so many more bytes of replies have passed. */
    cutAfter(bytes: number) {
      repliedBytes = 0;
      cutAfterBytes = bytes;
    },
    /** Bytes of replies since the last {@link cutAfter}. */
    replied: () => repliedBytes,
    /** Bytes of commands so far. */
    asked: () => askedBytes,
    cuts: () => cuts,
    async connect() {
      const client = createClient({ url, socket: { reconnectStrategy: 10 } });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
