import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemo } from '../../demo/start.mjs';
import type { Demo } from '../../demo/server.js';
import type { PhoneTotp } from '../../demo/phone-api.js';
import type { PhoneRequest } from '../../demo/provider.js';
import { findBrowser } from '../../scripts/find-browser.mjs';
import type { createAuthsignalAdapter } from '../../src/adapters/authsignal/index.js';
import { createAuthsignalEmulator } from '../../src/testing/index.js';
import { en } from '../../src/locales/en.js';
import { serveAuthsignal, track } from '../adapters/authsignal/backend.js';

/** What the last test puts into the page. */
interface InPage {
  readonly made: Promise<{ readonly createAuthsignalAdapter: typeof createAuthsignalAdapter }>;
  ask(): Promise<unknown>;
}

const ROOT = '[data-scope="ciba-login"][data-part="root"]';

describe('a sign-in with Authsignal behind the demo', { timeout: 40_000 }, () => {
  let browser: Browser;
  let demo: Demo;
  let page: Page;
  const received: string[] = [];

  beforeAll(async () => {
    demo = await startDemo({ port: 0, watch: false });
    browser = await chromium.launch(findBrowser());
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(15_000);
    page.on('response', (response) => {
      if (response.url().includes('/api/'))
        response.text().then(
          (text) => received.push(text),
          () => {},
        );
    });
    await page.goto(`${demo.origin}/?backend=authsignal`);
  });

  const reach = (status: string) => page.locator(`${ROOT}[data-state="${status}"]`).waitFor();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const signedIn = () => page.getByText(`You’re signed in as ${demo.account}.`).waitFor();
  const fromPhone = async (path: string, method = 'GET') =>
    (await fetch(`${demo.origin}/phone/api/${path}`, { method })).json();

  async function start(): Promise<PhoneRequest> {
    await page.getByLabel(en['identifier.email']).fill(demo.account);
    await press(en['idle.start']);
    await reach('polling');
    const [request] = (await fromPhone('requests')) as PhoneRequest[];
    if (!request) throw new Error('The phone shows no request.');
    return request;
  }

  test('is approved on the phone, which shows the same code', async () => {
    const { id, displayCode } = await start();
    expect(await page.locator(`${ROOT} [data-part="display-code-value"]`).innerText()).toContain(displayCode);
    await fromPhone(`requests/${id}/approve`, 'POST');
    await signedIn();
    // Tokens of Authsignal's are JWTs.
    expect(received.join()).not.toMatch(/eyJ/);
  });

  test('is denied on the phone', async () => {
    const { id } = await start();
    await fromPhone(`requests/${id}/deny`, 'POST');
    await reach('denied');
  });

  test('takes a code', async () => {
    await page.getByLabel(en['identifier.email']).fill(demo.account);
    await press(en['action.useCode']);
    await reach('totpEntry');
    const { code } = (await fromPhone('totp')) as PhoneTotp;
    await page.getByLabel(en['totpEntry.label'](6)).fill(code);
    await press(en['totpEntry.submit']);
    await signedIn();
  });

  test('works embedded in the page too, across origins', async () => {
    const authsignal = createAuthsignalEmulator();
    const tenant = await serveAuthsignal(authsignal);
    try {
      const { token } = await track(authsignal);
      const source = `/@fs${fileURLToPath(new URL('../../src/adapters/authsignal/index.ts', import.meta.url))}`;
      await page.addScriptTag({ type: 'module', content: `globalThis.made = import(${JSON.stringify(source)});` });
      // A module runs some time after it was added.
      await page.waitForFunction(() => 'made' in globalThis);
      await page.evaluate(
        async ({ tenantId, baseUrl, token }) => {
          const { createAuthsignalAdapter } = await (globalThis as unknown as InPage).made;
          const getToken = async () => token;
          const adapter = createAuthsignalAdapter({ tenantId, baseUrl, action: 'signIn', getToken });
          const call = () => ({ signal: new AbortController().signal, actId: String(Math.random()) });
          const pending = await adapter.initiate({ loginHint: 'user-1' }, call());
          Object.assign(globalThis, { ask: () => adapter.poll(pending, call()) });
        },
        { tenantId: authsignal.tenantId, baseUrl: tenant.baseUrl, token },
      );
      const ask = () => page.evaluate(() => (globalThis as unknown as InPage).ask());
      expect(await ask()).toEqual({ status: 'pending' });
      authsignal.phone.approve(authsignal.phone.requests()[0]?.challengeId ?? '');
      expect(await ask()).toEqual({ status: 'approved', session: { token: expect.any(String) } });
    } finally {
      await tenant.close();
    }
  });
});
