// @vitest-environment node
import { expect, test } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import { CibaError } from '../../src/contract/index.js';
import { createCibaHandler } from '../../src/server/index.js';
import type { CibaServerEvent } from '../../src/server/index.js';

test('an error gives the page the reference that its event has, another one each time', async () => {
  const events: CibaServerEvent[] = [];
  const handler = createCibaHandler({
    adapter: {
      ...createMemoryAdapter(),
      initiate: () => Promise.reject(new CibaError('misconfigured', 'As the test asks for.')),
    },
    origin: 'https://app.example',
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: () => ({}),
    onEvent: (event) => events.push(event),
  });
  const start = async (actId: string) => {
    const response = await handler(
      new Request('https://app.example/api/ciba/initiate', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ciba-request': '1', origin: 'https://app.example' },
        body: JSON.stringify({ loginHint: `${actId}@example.com`, actId }),
      }),
    );
    return (await response.json()) as { readonly reference: string };
  };
  const first = await start('first-act-of-the-test');
  const second = await start('second-act-of-the-test');
  expect(first.reference).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
  expect(second.reference).not.toBe(first.reference);
  const logged = events.flatMap((event) => (event.type === 'failed' && event.reference ? [event.reference] : []));
  expect(logged).toEqual([first.reference, second.reference]);
  await handler.stop();
});
