import type { PendingApproval } from '../../contract/index.js';
import { theCase, call, check, checkStatus, checkThrows, start, pollOnce, checkOver, answerTooLate } from './checks.js';
import type { AdapterCase } from './checks.js';

/** How a request ends: approved, denied, expired, canceled. */
export const OUTCOME_CASES: readonly AdapterCase[] = [
  theCase('returns the session after an approval', [], async (harness) => {
    const pending = await start(harness);
    await harness.approve(pending);
    const result = await pollOnce(harness, pending);
    check(result.status === 'approved', `Expected status approved, got ${result.status}.`);
    check(result.session !== undefined && result.session !== null, 'An approval must include a session.');
  }),

  theCase('says who approved, and refuses another user', ['approver', 'otherHint'], async (harness) => {
    const { adapter } = harness;
    const approve = async (hint: string) => {
      const pending = await start(harness, hint);
      await harness.approve(pending);
      const result = await pollOnce(harness, pending);
      check(result.status === 'approved', `Expected status approved, got ${result.status}.`);
      const approver = await adapter.approver(result.session, {}, pending);
      check(Boolean(approver?.subject), 'The approver of an approval must have a `subject`.');
      return { pending, session: result.session, subject: approver?.subject ?? '' };
    };
    const first = await approve(harness.knownHint);
    const { subject } = await approve(harness.otherHint);
    check(first.subject !== subject, 'Two users must be two subjects.');
    let named: string | undefined;
    try {
      named = (await adapter.approver(first.session, { subject }, first.pending))?.subject;
    } catch (caught) {
      const { code } = await checkThrows(Promise.reject(caught), 'An approval by another subject');
      check(code === 'refused', `An approval by another subject must throw refused, not ${code}.`);
    }
    check(named !== subject, 'An approval of one user must not be that of another one who was asked for.');
  }),

  theCase('continues with a request that was serialized as JSON', [], async (harness) => {
    const pending = JSON.parse(JSON.stringify(await start(harness))) as PendingApproval;
    await harness.approve(pending);
    checkStatus(await pollOnce(harness, pending), 'approved');
  }),

  theCase('continues a resumable request after a reload', [], async (harness) => {
    const pending = JSON.parse(JSON.stringify(await start(harness))) as PendingApproval;
    if (!pending.resumable) return;
    check(
      harness.reload !== undefined,
      '`reload` is missing, but the requests are `resumable`. Add `reload` to the harness.',
    );
    const reloaded = await harness.reload();
    await harness.approve(pending);
    await harness.waitForInterval?.(pending);
    checkStatus(await reloaded.poll(pending, call()), 'approved');
  }),

  theCase('reports a denial, and a late approval does not change it', [], async (harness) => {
    const pending = await start(harness);
    await harness.deny(pending);
    checkStatus(await pollOnce(harness, pending), 'denied');
    await answerTooLate(() => harness.approve(pending));
    // Some backends delete a denied request.
    await checkOver(harness, pending, 'denied', 'expired');
  }),

  theCase('reports an expiry, and a late approval does not change it', ['expire'], async (harness) => {
    const pending = await start(harness);
    await harness.expire(pending);
    checkStatus(await pollOnce(harness, pending), 'expired');
    await answerTooLate(() => harness.approve(pending));
    await checkOver(harness, pending, 'expired');
  }),

  theCase('rejects the ID of an unknown request', [], async (harness) => {
    const pending = await start(harness);
    await harness.approve(pending);
    await checkOver(harness, { ...pending, id: `${pending.id}-of-another-user` }, 'expired');
  }),

  theCase('can be canceled twice', ['cancel'], async (harness) => {
    const pending = await start(harness);
    await harness.adapter.cancel(pending, call());
    await harness.adapter.cancel(pending, call());
  }),

  theCase('can be told twice that the user reported a denied request', ['report'], async (harness) => {
    const pending = await start(harness);
    await harness.deny(pending);
    checkStatus(await pollOnce(harness, pending), 'denied');
    for (let told = 0; told < 2; told += 1) await harness.adapter.report(pending, call());
    await answerTooLate(() => harness.approve(pending));
    // A report changes nothing about the outcome.
    await checkOver(harness, pending, 'denied', 'expired');
  }),

  theCase('returns no approval after a cancel', ['cancel'], async (harness) => {
    const pending = await start(harness);
    await harness.adapter.cancel(pending, call());
    await answerTooLate(() => harness.approve(pending));
    await checkOver(harness, pending, 'denied', 'expired', 'cancelled');
  }),
];
