// @vitest-environment node
import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterAll, expect, test } from 'vitest';
import { onEvent } from '../../examples/audit-trail.js';
import { CibaError } from '../../src/contract/index.js';
import { createSession, createTokenApp, requestOf, signIn } from '../server/token-backend.js';

const exporter = new InMemoryLogRecordExporter();
const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
logs.setGlobalLoggerProvider(provider);
afterAll(() => provider.shutdown());

test('the hook of docs/sessions.md writes a trail of one account, without its name', async () => {
  const app = createTokenApp({ onEvent, auditKey: 'a key of 32 characters, or more..' });
  const page = await signIn(app, app.browser(), createSession({ expiresAt: Date.now() - 1000 }));
  app.refresh.mockRejectedValueOnce(new CibaError('network', 'Nothing listens there.'));
  await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'network' });
  await app.handler.endSessions('ada@example.com', 'all');
  await provider.forceFlush();

  const records = exporter.getFinishedLogRecords();
  expect(records.map(({ eventName }) => eventName)).toEqual([
    'ciba.started',
    'ciba.approved',
    'ciba.failed',
    'ciba.sessionEnded',
    'ciba.revoked',
  ]);
  const [account] = records.map(({ attributes }) => attributes['enduser.pseudo.id']);
  expect(account).toMatch(/^[\w-]{43}$/);
  for (const { attributes } of records) expect(attributes['enduser.pseudo.id']).toBe(account);
  expect(records[1]?.attributes).toMatchObject({ 'ciba.method': 'push' });
  expect(records[2]).toMatchObject({
    severityNumber: SeverityNumber.ERROR,
    attributes: { 'error.type': 'network', 'ciba.during': 'refresh' },
    body: 'Nothing listens there.',
  });
  expect(records[3]?.attributes).toMatchObject({ 'ciba.reason': 'endedByApp' });
  const written = JSON.stringify(records.map(({ attributes, body }) => ({ attributes, body })));
  for (const secret of ['ada@example.com', 'access-0', 'refresh-0']) expect(written).not.toContain(secret);
});
