// `npm run bench:start`: what it costs before anybody signs in: making a login, rendering it on a server, importing the package.
// Each is measured beside its yardstick, in one run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { rounds } from './rounds.mjs';

process.env.NODE_ENV = 'production';
const KIT = new URL('../dist/index.js', import.meta.url).href;
const here = fileURLToPath(new URL('.', import.meta.url));
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const { createElement: h } = await import('react');
const { renderToString } = await import('react-dom/server');
const { createActor, createMachine } = await import('xstate');
const { CibaLogin } = await import('../dist/index.js');
const { createBrowserEnvironment } = await import('../dist/environment/index.js');
const { createLogin } = await import('../dist/machine/index.js');

/** An adapter that never answers. */
const never = () => new Promise(() => undefined);
const adapter = { initiate: never, poll: never, verifyTotp: never };

console.log('Making and starting a login');
const environment = createBrowserEnvironment();
const bare = createMachine({ initial: 'idle', states: { idle: { on: { start: 'sent' } }, sent: {} } });
console.table({
  'createLogin, which starts it': costOf(() => createLogin({ adapter, environment })),
  'createActor of a chart with two states': costOf(() => createActor(bare).start()),
});

console.log('Rendering the first screen on a server');
const form = h('div', null, [
  h('h2', { key: 1 }, 'Sign in'),
  h('p', { key: 2 }, 'Approve a request on your phone. No password needed.'),
  h('label', { key: 3, htmlFor: 'user' }, 'Email address'),
  h('input', { key: 4, id: 'user', type: 'email' }),
  h('button', { key: 5, type: 'button' }, 'Send sign-in request'),
  h('button', { key: 6, type: 'button' }, 'Use authenticator code'),
]);
console.table({
  '<CibaLogin>': { microseconds: timeOf(() => renderToString(h(CibaLogin, { adapter }))) },
  'the same texts in plain React': { microseconds: timeOf(() => renderToString(form)) },
});

console.log('Importing it into a new process of Node');
console.table(
  Object.fromEntries(
    [[KIT], ['react', '@tanstack/react-query', 'xstate'], ['@tanstack/react-query'], ['xstate'], ['react']].map(
      (names) => [names.join(' + ').replace(KIT, 'react-ciba'), { milliseconds: importTimeOf(names) }],
    ),
  ),
);

/** The middle of several runs, each of which makes many. */
function timeOf(make) {
  const count = rounds(2000, 20);
  for (let index = 0; index < count; index += 1) make();
  const times = Array.from({ length: rounds(9) }, () => {
    const start = performance.now();
    for (let index = 0; index < count; index += 1) make();
    return ((performance.now() - start) * 1000) / count;
  });
  return Number(median(times).toFixed(1));
}

function costOf(make) {
  const microseconds = timeOf(make);
  const kept = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < rounds(1000, 10); index += 1) kept.push(make());
  collect();
  const kilobytes = (process.memoryUsage().heapUsed - before) / 1000 / kept.length;
  return { microseconds, 'heap, kB': Number(kilobytes.toFixed(1)) };
}

/** Milliseconds until all of them are imported. The files are in the system's cache by the second run. */
function importTimeOf(names) {
  const script = `const start = performance.now(); ${names.map((name) => `await import('${name}');`).join(' ')} console.log(performance.now() - start);`;
  const times = Array.from({ length: rounds(11) }, () =>
    Number(
      spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: here,
        encoding: 'utf8',
      }).stdout,
    ),
  );
  return Number(median(times).toFixed(1));
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
