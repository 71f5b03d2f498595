import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { installExample } from './app.js';
import type { App, Server } from './app.js';
import { approveAtProvider, complaints, page, providerVariables, start, USER, welcome } from './user.js';

// Libraries that keep the session which a login opens.

/** Long enough for a sign-in on a slow machine, and short enough to wait for. */
const SESSION_SECONDS = 8;

describe.each(['better-auth', 'auth-js'])('%s', (example) => {
  let app: App;
  let server: Server;

  beforeAll(async () => {
    app = await installExample(example, example, {});
    await app.exec('npm', 'run', 'build');
  });
  afterAll(() => server?.stop());

  const serve = async (variables: Record<string, string>) => {
    await server?.stop();
    server = await app.serve(['node', 'server.js'], { ...providerVariables(), ...variables });
    await page.goto(server.origin);
  };

  async function signIn(): Promise<void> {
    await start();
    await approveAtProvider();
    await welcome(USER.name);
  }

  test('opens its session, which outlives a reload and ends by its own sign-out', async () => {
    await serve({});
    await signIn();
    await page.reload();
    await welcome(USER.name);
    // The handler keeps no session beside it.
    const status = await page.evaluate<number>("fetch('/api/ciba/session').then(({ status }) => status)");
    expect(status).toBe(404);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel(en['identifier.email']).waitFor();
    await page.reload();
    await page.getByLabel(en['identifier.email']).waitFor();
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });

  test('ends when its time is over', async () => {
    await serve({ SESSION_SECONDS: String(SESSION_SECONDS) });
    await signIn();
    // A visit may prolong the session, so nothing asks for it before it is over.
    await page.waitForTimeout(SESSION_SECONDS * 1000 + 500);
    await page.reload();
    await page.getByLabel(en['identifier.email']).waitFor();
    expect(complaints).toEqual([]);
  });
});
