// Finds the Keycloak servers for `npm run test:keycloak`, or fetches them from Maven Central; starts and stops one.
// `node scripts/find-keycloak.mjs` prints what it found. Needs Node, Java 17 or newer, and Maven.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The release lines that are tested: the newest version of each. */
const LINES = ['26.5', '26'];

const ARTIFACT = 'keycloak-quarkus-dist';

const ADVICE =
  'Keycloak needs Java 17 or newer, and Maven to fetch it: install both (on Debian: apt-get install default-jre-headless maven).';

/** How long a server may take to answer its first request. A loaded machine with one core needs a minute. */
const START_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 10_000;

// Outside of the repository, so that a fresh clone or `npm ci` does not fetch 350 MB again.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'react-ciba', 'keycloak');
const mavenRepository = join(cache, 'maven');
const artifactFolder = join(mavenRepository, 'org', 'keycloak', ARTIFACT);

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Written into a server's folder once it has been started for the first time, which builds it and makes its database. */
const READY_MARK = '.prepared';

function run(command, args, options) {
  console.error(`> ${command} ${args.join(' ')}`);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync(command, args, { stdio: ['ignore', 2, 2], env, ...options });
    return true;
  } catch {
    return false;
  }
}

function works(command, argument) {
  try {
    execFileSync(command, [argument], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const hasJava = () => works('java', '-version');
const hasMaven = () => works('mvn', '-v');

function installWithApt() {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  const install = ['install', '-y', '-q', '--no-install-recommends', 'default-jre-headless', 'maven'];
  if (!run('apt-get', install) && run('apt-get', ['update', '-q'])) run('apt-get', install);
}

function maven(goal, version, type, ...args) {
  const artifact = `-Dartifact=org.keycloak:${ARTIFACT}:${version}:${type}`;
  // Without a project, Maven writes a folder named `${project.basedir}` where it runs. Its marks make it skip an archive.
  rmSync(join(cache, '${project.basedir}'), { recursive: true, force: true });
  return run('mvn', ['-q', '-B', `-Dmaven.repo.local=${mavenRepository}`, goal, artifact, ...args], { cwd: cache });
}

const byVersion = (one, other) => other.localeCompare(one, 'en', { numeric: true });
const isOfLine = (version, line) => /^[\d.]+$/.test(version) && `${version}.`.startsWith(`${line}.`);

/** The versions that Maven Central lists, newest first. Maven itself asks at most once a day. */
function listVersions() {
  maven('dependency:get', 'LATEST', 'pom', '-Dtransitive=false');
  const names = existsSync(artifactFolder) ? readdirSync(artifactFolder) : [];
  const lists = names.filter((name) => /^maven-metadata.*\.xml$/.test(name));
  const texts = lists.map((name) => readFileSync(join(artifactFolder, name), 'utf8'));
  const versions = texts.flatMap((text) =>
    Array.from(text.matchAll(/<version>([^<]+)<\/version>/g), (match) => match[1]),
  );
  return [...new Set(versions)].sort(byVersion);
}

const homeOf = (version) => join(cache, `keycloak-${version}`);

/** The versions that are unpacked and built here, newest first. */
function listPrepared() {
  const folders = existsSync(cache) ? readdirSync(cache) : [];
  return folders
    .filter((name) => name.startsWith('keycloak-') && existsSync(join(cache, name, READY_MARK)))
    .map((name) => name.replace('keycloak-', ''))
    .sort(byVersion);
}

async function prepare(version) {
  const home = homeOf(version);
  // What a broken-off run left behind is no server.
  rmSync(home, { recursive: true, force: true });
  const unpacked = maven('dependency:unpack', version, 'zip', `-DoutputDirectory=${cache}`);
  // The archive is not needed again.
  rmSync(join(artifactFolder, version), { recursive: true, force: true });
  if (!unpacked || !existsSync(join(home, 'bin'))) return false;
  console.error(`Keycloak ${version} is built and started once; later starts are faster.`);
  const server = await startKeycloak({ home, port: await freePort(), data: join(home, 'data', 'h2') });
  await server.stop();
  writeFileSync(join(home, READY_MARK), '');
  return true;
}

const find = (line) => listPrepared().find((version) => isOfLine(version, line));

/**
 * The newest version of a release line that was fetched before.
 * @returns {{ version: string, home: string }}
 * @throws Error when there is none
 */
export function findKeycloak(line) {
  const version = find(line);
  if (version) return { version, home: homeOf(version) };
  throw new Error(`Keycloak ${line} is missing: run node scripts/find-keycloak.mjs, which fetches it.`);
}

/**
 * The newest version of each release line. What is missing is fetched: Java and Maven by apt as root on Debian, Keycloak
 * from Maven Central. Without a network, what was fetched before counts.
 * @throws Error when there is none; its message says what to install
 */
export async function findOrInstallKeycloaks(lines = LINES) {
  if (!hasJava() || !hasMaven()) installWithApt();
  if (!hasJava() || !hasMaven()) throw new Error(ADVICE);
  mkdirSync(cache, { recursive: true });
  const listed = listVersions();
  for (const line of lines) {
    // The list may be ahead of what is served.
    for (const version of listed.filter((candidate) => isOfLine(candidate, line))) {
      if (existsSync(join(homeOf(version), READY_MARK)) || (await prepare(version))) break;
    }
    if (!find(line))
      throw new Error(
        `No Keycloak ${line} could be fetched from Maven Central: check the network, and run this again.`,
      );
  }
  return lines.map(findKeycloak);
}

/** A loopback port that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a Keycloak on a loopback address as `bin/kc.sh start-dev` does, with the administrator admin/admin, and waits
 * until it answers. With `tls`, it is also served over https, where clients may present a certificate of the same CA.
 * @throws Error with the end of its log when it does not start
 */
export async function startKeycloak({ home, port, data, channel, tls }) {
  const log = [];
  const child = spawn(
    join(home, 'bin', 'kc.sh'),
    [
      'start-dev',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      `--http-management-port=${await freePort()}`,
      `--db-url=jdbc:h2:file:${join(data, 'keycloakdb')};NON_KEYWORDS=VALUE`,
      ...(channel
        ? [`--spi-ciba-auth-channel--ciba-http-auth-channel--http-authentication-channel-uri=${channel}`]
        : []),
      ...(tls
        ? [
            `--https-port=${tls.port}`,
            `--https-certificate-file=${tls.certificate}`,
            `--https-certificate-key-file=${tls.key}`,
            '--https-client-auth=request',
            `--truststore-paths=${tls.ca}`,
          ]
        : []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group, so that a signal reaches the script and its Java alike.
      detached: true,
      env: {
        ...process.env,
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin',
        // The second compiler pays off after minutes alone; without it a start takes half the work.
        JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
      },
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log.push(String(chunk));
      if (log.length > 400) log.shift();
    });
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const signal = (name) => {
    const { pid, exitCode, signalCode } = child;
    // The negative ID names the group.
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, name);
  };
  // However this process ends, the server ends with it.
  const onExit = () => signal('SIGKILL');
  const onSignal = () => process.exit(130);
  process.once('exit', onExit);
  for (const name of END_SIGNALS) process.once(name, onSignal);

  async function stop() {
    signal('SIGTERM');
    const timer = setTimeout(() => signal('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
    process.off('exit', onExit);
    for (const name of END_SIGNALS) process.off(name, onSignal);
  }

  const origin = `http://127.0.0.1:${port}`;
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(`${origin}/realms/master`))) {
    if (child.exitCode === null && Date.now() < giveUpAt) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    await stop();
    throw new Error(`Keycloak did not start. The end of its log:\n${log.join('').slice(-4000)}`);
  }
  return { origin, pid: child.pid, stop, log: () => log.join('') };
}

async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Copies the empty database that a server made when it was prepared: a start with it takes half the time. */
export function copyEmptyDatabase(home, folder) {
  cpSync(join(home, 'data', 'h2'), folder, { recursive: true });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    for (const { version, home } of await findOrInstallKeycloaks()) console.log(`Keycloak ${version}: ${home}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
