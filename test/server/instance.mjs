// One process of an app that shares its Redis with others; instances.redis.ts starts and kills it. Node cannot run
// TypeScript by itself, so Vite loads the module.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { module } = await runnerImport(fileURLToPath(new URL('instance.ts', import.meta.url)), {
  root,
  configFile: `${root}/vite.config.ts`,
});
await module.startInstance(JSON.parse(process.argv[2]));
