// `npm run bench:polls`: the CPU time that the server needs for one poll behind node:http, with the memory store, compared
// with a bare server that reads the same body and sends the same answer. Each server is a process of its own, so that the
// client's time doesn't count.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createCibaHandler, createMemoryStore, toNodeListener } from '../dist/server/index.js';
import { rounds } from './rounds.mjs';

const POLLS = rounds(6000, 50);
const AT_ONCE = 16;

if (process.send) serve(process.argv[2]);
else await compare();

function serve(kind) {
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const origin = `http://127.0.0.1:${server.address().port}`;
    server.on('request', kind === 'bare' ? answerBarely : toNodeListener(handlerFor(origin)));
    process.send(origin);
  });
  process.on('message', () => process.send(process.cpuUsage()));
}

function answerBarely(incoming, outgoing) {
  let text = '';
  incoming.on('data', (chunk) => (text += String(chunk)));
  incoming.on('end', () => {
    JSON.parse(text);
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end('{"status":"pending"}');
  });
}

function handlerFor(origin) {
  return createCibaHandler({
    adapter: {
      initiate: async () => ({ id: 'request', expiresIn: 3600, interval: 60, resumable: true }),
      poll: async () => ({ status: 'pending' }),
    },
    origin,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: () => ({}),
    store: createMemoryStore(),
    responseFloor: 0,
    onEvent: () => undefined,
  });
}

async function start(kind) {
  const child = fork(fileURLToPath(import.meta.url), [kind]);
  const [origin] = await once(child, 'message');
  return {
    origin,
    stop: () => child.kill(),
    /** Milliseconds of CPU time so far. */
    async cpu() {
      child.send('cpu');
      const [{ user, system }] = await once(child, 'message');
      return (user + system) / 1000;
    },
  };
}

async function compare() {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const post = (url, headers, body) =>
    new Promise((resolve, reject) => {
      request(url, { agent, method: 'POST', headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => resolve({ text, cookies: response.headers['set-cookie'] ?? [] }));
      })
        .on('error', reject)
        .end(JSON.stringify(body));
    });

  const [bare, handler] = [await start('bare'), await start('handler')];
  const headersFor = ({ origin }) => ({ 'content-type': 'application/json', 'x-ciba-request': '1', origin });
  const started = await post(`${handler.origin}/api/ciba/initiate`, headersFor(handler), {
    loginHint: 'ada@example.com',
    actId: 'a'.repeat(36),
  });
  const { id } = JSON.parse(started.text);
  const cookie = started.cookies.map((line) => line.split(';')[0]).join('; ');

  /** Microseconds of CPU time for one poll. */
  async function measure(server) {
    const before = await server.cpu();
    let left = POLLS;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while ((left -= 1) >= 0) {
          const { text } = await post(`${server.origin}/api/ciba/poll`, { ...headersFor(server), cookie }, { id });
          if (text !== '{"status":"pending"}') throw new Error(`A poll was answered ${text}.`);
        }
      }),
    );
    return (((await server.cpu()) - before) / POLLS) * 1000;
  }

  // The first round isn't counted, because it warms up the engine.
  const rows = [];
  for (let round = 0; round <= rounds(5); round += 1) {
    const [plain, ours] = [await measure(bare), await measure(handler)];
    if (round > 0) {
      rows.push({
        'bare, µs': plain.toFixed(1),
        'handler, µs': ours.toFixed(1),
        'handler : bare': (ours / plain).toFixed(2),
      });
    }
  }
  console.log('CPU time of the server for one poll, memory store, node:http');
  console.table(rows);
  for (const server of [bare, handler]) server.stop();
  agent.destroy();
}
