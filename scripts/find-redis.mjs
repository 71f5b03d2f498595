// Finds a redis-server for `npm run test:redis`, or installs one. `node scripts/find-redis.mjs` prints its path.
// Needs only Node.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ADVICE =
  'No redis-server was found, and none could be installed. Install Redis 6 or newer, or set REDIS_SERVER_PATH to the executable.';

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function search() {
  const named = process.env.REDIS_SERVER_PATH;
  if (named) {
    if (!isExecutable(named))
      throw new Error(
        `REDIS_SERVER_PATH is set to ${named}, which isn't an executable file. Set it to a redis-server.`,
      );
    return named;
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
  return folders
    .filter(Boolean)
    .flatMap((folder) => [join(folder, 'redis-server'), join(folder, 'valkey-server')])
    .find(isExecutable);
}

function run(command, args) {
  console.error(`> ${command} ${args.join(' ')}`);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync(command, args, { stdio: ['ignore', 2, 2], env });
    return true;
  } catch {
    return false;
  }
}

function installWithApt() {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  const install = ['install', '-y', '-q', '--no-install-recommends', 'redis-server'];
  if (!run('apt-get', install) && run('apt-get', ['update', '-q'])) run('apt-get', install);
}

/**
 * Returns the path of a redis-server: `REDIS_SERVER_PATH`, or the system's. As root on Debian, installs a missing one.
 * @throws Error if there is none. The message says what to install.
 */
export function findOrInstallRedis() {
  if (!search()) installWithApt();
  const path = search();
  if (!path) throw new Error(ADVICE);
  return path;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(findOrInstallRedis());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
