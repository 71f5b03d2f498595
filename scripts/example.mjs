// `npm run example -- vite-express`: starts an example with the local package. It runs in a separate folder, so that it
// can't use the repository's node_modules. Set PORT to change the port.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrInstallKeycloaks } from './find-keycloak.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const examples = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'package.json')),
);
const [example] = process.argv.slice(2);

function run(cwd, ...args) {
  const { status } = spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}.`);
}

if (!examples.includes(example)) {
  console.error(`Name an example: ${examples.map((name) => `npm run example -- ${name}`).join(', ')}`);
  process.exitCode = 1;
} else {
  const folder = mkdtempSync(join(tmpdir(), `react-ciba-${example}-`));
  try {
    if (example === 'keycloak' && !process.env.KEYCLOAK_HOME) {
      const [keycloak] = await findOrInstallKeycloaks(['26']);
      process.env.KEYCLOAK_HOME = keycloak.home;
    }
    run(root, 'run', '--silent', 'build');
    run(root, 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
    const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    cpSync(join(root, 'examples', example), folder, {
      recursive: true,
      filter: (path) => !/[\\/](node_modules|build|dist|\.next|\.react-router)$/.test(path),
    });
    run(folder, 'install', '--no-audit', '--no-fund', `./${tarball}`);
    // Ctrl+C ends the app first, then this script.
    process.on('SIGINT', () => undefined);
    run(folder, 'start');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
