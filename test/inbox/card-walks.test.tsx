import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import fc from 'fast-check';
import { StrictMode } from 'react';
import { CibaInbox } from 'react-ciba/inbox';
import type { CibaErrorCode } from 'react-ciba';
import type { CardView, InboxAdapter, Passkeys, ShownAsk } from 'react-ciba/inbox';
import { expect, test } from 'vitest';
import { endOf } from '../../src/inbox/machine/card-view.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { createTestInbox, NUMBER } from '../support/test-inbox.js';

// Random walks over the phone's page: a user, a server and a world that do whatever they like, in any order, and the rules
// that must hold all the same. Everything runs twice, as StrictMode does it.

type Method = 'list' | 'challenge' | 'approve' | 'deny' | 'report';

type Step =
  | { readonly do: 'ring'; readonly kind: ShownAsk['kind'] }
  | { readonly do: 'type'; readonly number: string }
  | { readonly do: 'approve' | 'deny' | 'report' | 'press' | 'openRow' | 'refetch' }
  | { readonly do: 'elsewhere'; readonly end: 'approved' | 'denied' | 'cancelled' }
  | { readonly do: 'deliver'; readonly delivery: 'sent' | 'late' | 'unsure' }
  | { readonly do: 'fail'; readonly method: Method; readonly fault: CibaErrorCode | 'hang' }
  | { readonly do: 'dialog'; readonly dialog: 'signed' | 'dismissed' | 'broken' | 'open' }
  | { readonly do: 'wait'; readonly seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ring'), kind: fc.constantFrom('signIn', 'payment', 'task') }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('type'), number: fc.constantFrom(NUMBER, NUMBER, '0000', '1') }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom('approve', 'approve', 'approve', 'deny', 'report', 'press', 'press', 'openRow', 'refetch'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('elsewhere'), end: fc.constantFrom('approved', 'denied', 'cancelled') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('deliver'), delivery: fc.constantFrom('sent', 'late', 'unsure') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fail'),
      method: fc.constantFrom('list', 'challenge', 'approve', 'deny', 'report'),
      fault: fc.constantFrom('network', 'unavailable', 'refused', 'notFound', 'hang'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('dialog'),
      dialog: fc.constantFrom('signed', 'dismissed', 'broken', 'open'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), seconds: fc.constantFrom(1, 31, 200) }) },
);

const types = (number: string): Step => ({ do: 'type', number });
const approve: Step = { do: 'approve' };
const hangs = (method: Method): Step => ({ do: 'fail', method, fault: 'hang' });

/** How walks begin, so that they also reach what chance alone seldom does. */
const STARTS: readonly (readonly Step[])[] = [
  [],
  [types(NUMBER), approve],
  [types('0000'), approve, types('0000'), approve, types('0000'), approve],
  [hangs('challenge'), types(NUMBER), approve],
  [{ do: 'dialog', dialog: 'open' }, types(NUMBER), approve],
  [hangs('approve'), types(NUMBER), approve],
  [{ do: 'fail', method: 'deny', fault: 'network' }, { do: 'deny' }],
  [{ do: 'elsewhere', end: 'cancelled' }],
];

const walks = fc.record({
  delivery: fc.constantFrom('sent', 'sent', 'sending', 'late', 'unsure'),
  steps: fc
    .tuple(fc.constantFrom(...STARTS), fc.array(step, { minLength: 2, maxLength: 9 }))
    .map(([start, rest]) => [...start, ...rest]),
});

type Walk = typeof walks extends fc.Arbitrary<infer Value> ? Value : never;

const OPEN = ['reviewing', 'checking', 'verifying'];
const ON_ITS_WAY = ['deciding', 'sending', 'failed'];

async function takeWalk({ delivery, steps }: Walk, reached: Set<string>): Promise<void> {
  const world = createFakeEnvironment();
  const inbox = createTestInbox({ now: world.now, cards: [{ id: 'card-1', shown: { kind: 'signIn' } }], delivery });
  let dialog: Extract<Step, { do: 'dialog' }>['dialog'] = 'signed';
  let signed = 0;
  let retries = 0;
  const passkeys: Passkeys = {
    create: async () => ({}),
    async get() {
      if (dialog === 'open') return new Promise<never>(() => undefined);
      if (dialog !== 'signed')
        throw Object.assign(new Error('closed'), { name: dialog === 'broken' ? 'Error' : 'NotAllowedError' });
      signed += 1;
      return {};
    },
  };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: Infinity } } });
  const tree = render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <CibaInbox adapter={inbox.adapter} passkeys={passkeys} environment={world.environment} />
      </QueryClientProvider>
    </StrictMode>,
  );
  const settle = () =>
    act(async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        await world.settle();
        // TanStack Query tells its components in a task of its own.
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
  const find = (selector: string) => tree.container.querySelector<HTMLElement>(selector);
  const click = (selector: string) => {
    const element = find(selector);
    if (element) fireEvent.click(element);
  };
  const cards = ['card-1'];

  async function take(next: Step): Promise<void> {
    switch (next.do) {
      case 'ring':
        cards.push(`card-${cards.length + 1}`);
        return inbox.ring({ id: cards.at(-1) ?? '', shown: { kind: next.kind } });
      case 'type': {
        const field = find('input');
        if (field) fireEvent.change(field, { target: { value: next.number } });
        return;
      }
      case 'approve':
        return click('[data-part=halves] button:last-child');
      case 'deny':
        return click('[data-part=halves] button:first-child');
      case 'report':
        return click('[data-part=actions] > [data-variant=quiet]');
      case 'press':
        if (find('[data-state=failed]')) retries += 1;
        return click('[data-part=actions] > button');
      case 'openRow':
        return click('[data-part=row]');
      case 'refetch':
        return client.invalidateQueries();
      case 'elsewhere':
        return void inbox.endElsewhere(cards.at(-1) ?? '', next.end);
      case 'deliver':
        return cards.forEach((id) => inbox.deliver(id, next.delivery));
      case 'fail':
        return inbox.fail(next.method as keyof InboxAdapter, next.fault);
      case 'dialog':
        dialog = next.dialog;
        return;
      case 'wait':
        return world.advance(next.seconds * 1000);
    }
  }

  function check(): void {
    const shown = tree.container.querySelectorAll('article');
    expect(shown.length).toBeLessThanOrEqual(1);
    const state = shown[0]?.getAttribute('data-state') as CardView['status'] | undefined;
    if (!state) return;
    reached.add(state);
    // An open card can always be denied and reported, whatever runs.
    const buttons = shown[0]?.querySelectorAll('[data-part=halves] button').length ?? 0;
    expect(buttons).toBe(OPEN.includes(state) ? 2 : 0);
    if (OPEN.includes(state)) expect(find('[data-part=actions] > [data-variant=quiet]')).not.toBeNull();
    // An end is what the server holds, and never a better one. A card can also be gone, or its time be over.
    if (!OPEN.includes(state) && !ON_ITS_WAY.includes(state) && state !== 'expired') {
      const answers = cards.map((id) => inbox.answerOf(id)).filter((answer) => answer !== null);
      expect(answers.map(endOf)).toContain(state);
      if (state === 'approved') {
        expect(answers).toContainEqual(expect.objectContaining({ status: 'approved', delivery: 'sent', mine: true }));
      }
    }
    // Nothing is approved without a passkey. Trying again sends what it signed once more.
    expect(inbox.calls.filter((call) => call === 'approve').length).toBeLessThanOrEqual(signed && signed + retries);
  }

  await settle();
  for (const next of steps) {
    await act(() => take(next));
    await settle();
    check();
  }
  cleanup();
  expect(inbox.watching()).toBe(0);
  client.clear();
  // Calls that were open give up.
  await settle();
  expect(world.leftovers()).toMatchObject({ timers: 0, listeners: 0 });
}

const WALKS = Number(process.env['CARD_WALKS'] ?? 60);

test(`${WALKS} random walks over a card keep every rule`, { timeout: 600_000 }, async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(walks, (walk) => takeWalk(walk, reached)),
    { numRuns: WALKS, seed: 20_261_128 },
  );
  expect([...reached].toSorted()).toEqual(
    [
      ...OPEN,
      ...ON_ITS_WAY,
      ...[
        'answeredElsewhere',
        'approved',
        'cancelled',
        'denied',
        'expired',
        'late',
        'mismatched',
        'reported',
        'unsure',
      ],
    ].toSorted(),
  );
});
