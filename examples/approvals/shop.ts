import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createApprovals, type ApprovalsOptions } from 'react-ciba/approvals/server';
import { createMemoryStore, type CibaStore } from 'react-ciba/server';

// What the examples of this folder share: a shop with users and sessions of its own. Yours has a database and a real provider.

export interface User {
  readonly sub: string;
  readonly email: string;
}

const users: readonly User[] = [
  { sub: 'ada', email: 'ada@example.com' },
  { sub: 'grace', email: 'grace@example.com' },
];

/** The signed-in user of a request, by the shop's own session. Yours reads a cookie that can't be guessed. */
export function userOf(request: Request): User | null {
  const [, sub] = /session=(\w+)/.exec(request.headers.get('cookie') ?? '') ?? [];
  return users.find((user) => user.sub === sub) ?? null;
}

export function requireUser(request: Request): User {
  const user = userOf(request);
  if (!user) throw new Error('Nobody is signed in.');
  return user;
}

/** Finds the user that a desk or a job is about. */
export function findUser(sub: string): User {
  const found = users.find((user) => user.sub === sub);
  if (!found) throw new Error('There is no such user.');
  return found;
}

type Options = Pick<ApprovalsOptions<unknown>, 'now' | 'onEvent'>;

/** The shop's approvals, and the phone that its users approve on. In your app, `adapter` is your provider's. */
export function createShop(
  store: CibaStore = createMemoryStore(),
  adapter = createMemoryAdapter(),
  options: Options = {},
) {
  const approvals = createApprovals({
    adapter,
    store,
    origin: 'https://shop.example.com',
    // The session comes first, because areas end with it.
    requester(request) {
      const user = userOf(request);
      return user && [`session:${request.headers.get('cookie')}`, `user:${user.sub}`];
    },
    ...options,
  });
  return { approvals, phone: adapter.phone };
}

export type Shop = ReturnType<typeof createShop>;
