import { describe, expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';
import { approveAtProvider, complaints, context, page, reach, start, useApp, USER, welcome } from './user.js';

const REACT_18 = { react: '18.3.1', 'react-dom': '18.3.1', '@types/react': '^18.3.0', '@types/react-dom': '^18.3.0' };
const REACT_19 = { react: '^19.0.0', 'react-dom': '^19.0.0' };

describe.each([
  ['React 18.3', 'vite-react-18', { ...REACT_18, typescript: '5.8.3' }],
  ['React 19', 'vite-react-19', { ...REACT_19, typescript: '7.0.2' }],
])('Vite and Express, %s', (_react, name, versions) => {
  const { origin } = useApp('vite-express', name, versions, ['node', 'server.js']);

  test("signs in through the handler, under default-src 'self' and without a word on the console", async () => {
    const response = await page.goto(origin());
    expect(response?.headers()['content-security-policy']).toBe("default-src 'self'; frame-ancestors 'none'");
    await start();
    await page.reload();
    await reach('polling');
    await approveAtProvider();
    await welcome(USER.name);
    await page.reload();
    await welcome(USER.name);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel(en['identifier.email']).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('an adapter of the app’s own, React 19', () => {
  const { origin } = useApp('own-adapter', 'own-adapter', REACT_19, ['node', 'server.js']);

  test.each(['Approve', 'Deny'])('%s on the phone page ends the login', async (answer) => {
    await page.goto(origin());
    await start();
    const phone = await context.newPage();
    await phone.goto(`${origin()}/phone`);
    await phone.getByRole('button', { name: answer }).click();
    await (answer === 'Approve' ? welcome(USER.email) : reach('denied'));
    expect(complaints).toEqual([]);
  });
});
