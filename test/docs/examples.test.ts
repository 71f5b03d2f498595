// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each([
  ['docs/inbox.md', 'examples/postgres-devices.ts'],
  ['docs/headless.md', 'examples/headless.ts'],
  ['docs/approvals.md', 'examples/approvals/payment.ts'],
  ['docs/approvals.md', 'examples/approvals/settings.ts'],
  ['docs/approvals.md', 'examples/approvals/helpdesk.ts'],
  ['docs/approvals.md', 'examples/approvals/agent.ts'],
  ['docs/approvals.md', 'examples/approvals/trpc.ts'],
  ['docs/approvals.md', 'examples/next-app/app/account/actions.ts'],
  ['docs/approvals.md', 'examples/next-app/app/account/email-form.tsx'],
  ['docs/sessions.md', 'examples/audit-trail.ts'],
  ['docs/keycloak.md', 'examples/keycloak/shop-realm.json'],
  ['docs/server-rendering.md', 'examples/next-app/server/session.ts'],
  ['docs/server-rendering.md', 'examples/next-app/app/orders/actions.ts'],
  ['docs/server-rendering.md', 'examples/next-pages/pages/api/ciba/[act].ts'],
  ['docs/server-rendering.md', 'examples/react-router/app/routes/ciba.ts'],
  ['docs/server-rendering.md', 'examples/react-router/app/routes/orders.tsx'],
  ['docs/server-rendering.md', 'examples/tanstack-start/src/routes/api/ciba/$act.ts'],
  ['docs/server-rendering.md', 'examples/tanstack-start/src/user.ts'],
  ['docs/custom-ui.md', 'examples/custom-ui-parts/src/split-login.tsx'],
  ['docs/custom-ui.md', 'examples/custom-ui-hooks/src/ticket-login.tsx'],
  ['docs/custom-ui.md', 'examples/custom-ui-hooks/src/use-screen-focus.ts'],
  ['docs/custom-ui.md', 'examples/custom-ui-hooks/src/use-spoken-changes.ts'],
  ['docs/custom-ui.md', 'examples/custom-ui-hooks/src/code-form.tsx'],
])('%s shows %s as it is', (page, example) => {
  expect(read(page)).toContain(read(example).trim());
});
