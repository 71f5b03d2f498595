// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { createApprovals } from '../../../src/server/approvals/index.js';
import { createBackend, ORIGIN, sessionOf } from './harness.js';

describe('options that can never work', () => {
  const { approver: _approver, ...withoutApprover } = createBackend();
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no adapter', { adapter: undefined, approver: () => ({ subject: 'ada' }) }, /`adapter`/],
    ['an adapter that does not say who approved', { adapter: withoutApprover }, /`approver`/],
    ['no requester', { requester: undefined }, /`requester`/],
    ['an origin without https', { origin: 'http://shop.example' }, /`origin` of createApprovals/],
    ['a wrong path', { basePath: 'api/approvals' }, /`basePath` of createApprovals/],
    ['too long a time to use a receipt', { useWithin: 90_000 }, /`useWithin`/],
    ['no place for an approval', { openPerSubject: { each: 0 } }, /`openPerSubject.each`/],
    [
      'a limit of nothing',
      { limits: { subject: [{ points: 0, duration: 60 }] } },
      /`limits.subject` of createApprovals/,
    ],
    ['a short secret', { secrets: ['short'] }, /`secrets` of createApprovals/],
  ])('are refused at the start: %s', (_, options, problem) => {
    const create = () =>
      createApprovals({ adapter: createBackend(), origin: ORIGIN, requester: sessionOf, ...options } as never);
    expect(create).toThrow(problem);
    expect(create).toThrow(expect.objectContaining({ code: 'misconfigured' }));
  });
});
