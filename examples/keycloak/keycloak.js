// Starts Keycloak with the realm of shop-realm.json. Everything is in memory and gone when it stops.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const realmFile = fileURLToPath(new URL('shop-realm.json', import.meta.url));

/**
 * Starts Keycloak on a loopback port and waits until the realm answers.
 * @param {{ home: string | undefined, port: number, channel: string }} options `home` is the unpacked Keycloak; `channel`
 * is the URL that Keycloak posts each login to
 * @returns {Promise<{ issuer: string, stop: () => void }>}
 * @throws Error that says what is missing
 */
export async function startKeycloak({ home, port, channel }) {
  if (!home || !existsSync(join(home, 'bin', 'kc.sh'))) {
    throw new Error(
      'Set KEYCLOAK_HOME to the folder of an unpacked Keycloak 26.4 or newer; docs/keycloak.md explains how to get one.',
    );
  }
  if (spawnSync('java', ['-version']).status !== 0) {
    throw new Error('Keycloak needs Java 17 or newer: install it and make sure that `java` is in the PATH.');
  }

  // `--import-realm` imports every file of this folder.
  mkdirSync(join(home, 'data', 'import'), { recursive: true });
  copyFileSync(realmFile, join(home, 'data', 'import', 'shop-realm.json'));
  const server = spawn(
    join(home, 'bin', 'kc.sh'),
    [
      'start-dev',
      '--import-realm',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      `--http-management-port=${port + 1000}`,
      '--db-url=jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;NON_KEYWORDS=VALUE',
      `--spi-ciba-auth-channel--ciba-http-auth-channel--http-authentication-channel-uri=${channel}`,
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, KC_BOOTSTRAP_ADMIN_USERNAME: 'admin', KC_BOOTSTRAP_ADMIN_PASSWORD: 'admin' },
    },
  );
  const stop = () => server.kill();
  process.once('exit', stop);

  const issuer = `http://127.0.0.1:${port}/realms/shop`;
  while (!(await answers(issuer))) {
    if (server.exitCode !== null) throw new Error('Keycloak ended; its own message is above.');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { issuer, stop };
}

/**
 * The ID of a user, which Keycloak's tokens have as `sub`. The realm's admin API knows it.
 * @param {string} issuer the realm
 * @param {string} username
 * @returns {Promise<string>}
 */
export async function findUserId(issuer, username) {
  const master = new URL('master/protocol/openid-connect/token', issuer.replace(/[^/]*$/, ''));
  const credentials = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: 'admin' };
  const granted = await fetch(master, { method: 'POST', body: new URLSearchParams(credentials) });
  const { access_token: token } = await granted.json();
  const users = new URL(`${issuer.replace('/realms/', '/admin/realms/')}/users`);
  users.search = new URLSearchParams({ exact: 'true', username }).toString();
  const [user] = await (await fetch(users, { headers: { authorization: `Bearer ${token}` } })).json();
  return user.id;
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
