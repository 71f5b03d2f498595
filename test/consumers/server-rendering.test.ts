import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import {
  approveAtProvider,
  complaints,
  page,
  provider,
  providerVariables,
  reach,
  signInToRenderedPage,
  useApp,
  USER,
} from './user.js';

const NEXT = ['node', 'node_modules/next/dist/bin/next', 'start'];

/** Whoever asks for this page without a session gets the login. */
async function expectProtected(origin: string, path: string): Promise<void> {
  await page.goto(origin + path);
  expect(page.url()).toBe(`${origin}/`);
  await page.getByLabel(en['identifier.email']).waitFor();
}

async function signOut(): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel(en['identifier.email']).waitFor();
}

describe.each([
  ['Next, App Router', 'next-app', {}, NEXT],
  ['React Router 7', 'react-router', {}, ['node_modules/.bin/react-router-serve', 'build/server/index.js']],
  [
    'TanStack Start',
    'tanstack-start',
    { node: '22.23.3' },
    ['node_modules/.bin/node', 'node_modules/.bin/srvx', '--prod', '--static', '../client', 'dist/server/server.js'],
  ],
] as [string, string, Record<string, string>, string[]][])('%s', (framework, example, versions, serve) => {
  const { app, origin } = useApp(example, example, versions, serve);

  test('renders the session on the server, protects a page, and signs out', async () => {
    await expectProtected(origin(), '/orders');
    await signInToRenderedPage(origin());

    await page.getByRole('link', { name: 'Your orders' }).click();
    const orders = page.getByRole('heading', { name: `The orders of ${USER.name}` });
    await orders.waitFor();
    await page.reload();
    await orders.waitFor();

    await page.goto(origin());
    await signOut();
    await expectProtected(origin(), '/orders');
    expect(complaints).toEqual([]);
  });

  if (framework !== 'Next, App Router') return;

  test('a server action and a route handler know the session', async () => {
    const orders = () => page.request.get(`${origin()}/api/orders`);
    expect((await orders()).status()).toBe(401);
    await signInToRenderedPage(origin());
    expect(await (await orders()).json()).toEqual({ customer: USER.name, orders: [] });
    await page.goto(`${origin()}/orders`);
    await page.getByRole('button', { name: 'Order again' }).click();
    await page.waitForURL(`${origin()}/orders?placed`);
    expect(complaints).toEqual([]);
  });

  test('a server action runs once the user has approved, and only for what was approved', async () => {
    const invoices = (email: string) => page.getByText(`Invoices go to ${email}`).waitFor();
    const answer = (text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor();
    const save = async (email: string) => {
      await page.getByLabel('Email for invoices').fill(email);
      await page.getByRole('button', { name: 'Save' }).click();
      await reach('polling');
      await page.getByRole('dialog').getByText(`Send invoices to ${email}`).first().waitFor();
    };
    await signInToRenderedPage(origin());
    await page.getByRole('link', { name: 'Your account' }).click();
    await invoices(USER.email);

    await save('mallory@example.com');
    const [denied] = provider.authenticator.requests();
    await provider.authenticator.deny(denied?.id ?? '');
    await reach('denied');
    await page.getByRole('dialog').getByRole('button', { name: en['action.close'] }).last().click();
    await answer('Not saved.');

    await save('books@example.com');
    await approveAtProvider();
    await answer('Saved.');
    await invoices('books@example.com');
    await page.reload();
    await invoices('books@example.com');
    expect(provider.authenticator.requests()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('standalone, under a basePath, with trailing slashes', async () => {
    const { folder, exec, serve: start } = app();
    const write = (file: string, text: string) => writeFile(join(folder, file), text);
    await write('next.config.js', "export default { output: 'standalone', basePath: '/shop', trailingSlash: true };");
    await write(
      'app/adapter.ts',
      `import { createHttpAdapter } from 'react-ciba/adapters/http';
      export const adapter = createHttpAdapter<{ name: string }>({
        basePath: '/shop/api/ciba',
        fetch: (url, init) => fetch(\`\${url}/\`, init),
      });`,
    );
    await exec('npm', 'run', 'build');
    await cp(join(folder, '.next/static'), join(folder, '.next/standalone/.next/static'), { recursive: true });
    const server = await start(['node', '.next/standalone/server.js'], {
      HOSTNAME: 'localhost',
      ...providerVariables(),
    });
    try {
      await signInToRenderedPage(server.origin, '/shop/');
      await signOut();
      expect(complaints).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  test('in the Edge runtime, the build names the setting', async () => {
    const { folder, exec } = app();
    await rm(join(folder, 'proxy.ts'));
    await mkdir(join(folder, 'app/edge'));
    await writeFile(
      join(folder, 'app/edge/route.ts'),
      "export { handler as GET } from '../../server/ciba';\nexport const runtime = 'edge';\n",
    );
    await expect(exec('npm', 'run', 'build')).rejects.toThrow("write `export const runtime = 'nodejs'`");
  });
});

describe('Next, Pages Router', () => {
  const { origin } = useApp('next-pages', 'next-pages', {}, NEXT);

  test('renders the session on the server, and signs out', async () => {
    await signInToRenderedPage(origin());
    await signOut();
    expect(complaints).toEqual([]);
  });
});
