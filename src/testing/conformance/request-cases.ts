import { isCibaError } from '../../contract/index.js';
import { displayCodeForm } from '../../contract/display-code.js';
import type { DisplayCode, PendingApproval, PollResult } from '../../contract/index.js';
import { SLOW_DOWN_STEP_SECONDS, validateLink } from '../../contract/validate.js';
import { theCase, call, check, checkStatus, checkSeconds, isJson, start, pollOnce } from './checks.js';
import type { AdapterCase } from './checks.js';

/** Starting a request, and polling one that is open. */
export const REQUEST_CASES: readonly AdapterCase[] = [
  theCase('returns a request that is plain JSON with valid numbers', [], async (harness) => {
    const pending = await start(harness);
    check(isJson(pending), 'It must be plain JSON: no undefined, no NaN, no classes.');
    check(typeof pending.id === 'string' && pending.id !== '', '`id` must be a string that is not empty.');
    check(pending.expiresIn > 0 && Number.isFinite(pending.expiresIn), '`expiresIn` must be seconds above 0.');
    check(pending.interval > 0 && Number.isFinite(pending.interval), '`interval` must be seconds above 0.');
    check(typeof pending.resumable === 'boolean', '`resumable` must be a boolean.');
  }),

  theCase('shows no text as a number', [], async (harness) => {
    const bindingMessage = 'Sign-in-4827';
    const pending = await start(harness, harness.knownHint, { bindingMessage });
    check(
      !pending.displayCode?.includes(bindingMessage),
      '`displayCode` must not hold the `bindingMessage`: a text is the same on the screen of an attacker.',
    );
  }),

  theCase('says of the number what a screen can show', [], async (harness) => {
    const pending = await start(harness, harness.knownHint, { displayCode: '4827' });
    const { displayCode, displayCodeUse, displayCodeUrl } = pending;
    check(displayCode === undefined || displayCode.trim() !== '', '`displayCode` must not be empty.');
    if (displayCode === undefined) {
      check(
        displayCodeUse === undefined && displayCodeUrl === undefined,
        'Without a number, it has no use and no URL.',
      );
    }
    check(
      [undefined, 'compare', 'enter'].includes(displayCodeUse),
      '`displayCodeUse` must be "compare", "enter" or absent.',
    );
    check(
      displayCodeUrl === undefined || validateLink(displayCodeUrl) !== undefined,
      '`displayCodeUrl` must be an http or https URL.',
    );
  }),

  theCase('makes numbers like those of real requests', ['makeDisplayCode'], async (harness) => {
    const real = await start(harness, harness.knownHint, { displayCode: '4827' });
    const made = harness.adapter.makeDisplayCode();
    const lookOf = ({ displayCode = '', displayCodeUse = 'compare', displayCodeUrl }: Partial<DisplayCode>) =>
      [displayCodeForm(displayCode), displayCodeUse, displayCodeUrl && displayCodeForm(displayCodeUrl)].join(' ');
    check(
      lookOf(made) === lookOf(real),
      '`makeDisplayCode` must return a number of the same form as `initiate`, with the same use and the same URL but for the number.',
    );
  }),

  theCase('sends one push per `actId`, however often it is sent', ['rings'], async (harness) => {
    const options = call();
    const send = () => harness.adapter.initiate({ loginHint: harness.knownHint }, options);
    const [first, second] = await Promise.all([send(), send()]);
    const third = await send();
    check(first.id === second.id && second.id === third.id, 'The same `actId` must get the same request.');
    const rings = await harness.rings();
    check(rings === 1, `The same \`actId\` must send one push, but sent ${rings}.`);
  }),

  theCase('keeps two requests separate', [], async (harness) => {
    const first = await start(harness);
    const second = await start(harness, harness.otherHint);
    check(first.id !== second.id, 'Two starts must make two requests.');
    await harness.approve(second);
    checkStatus(await pollOnce(harness, first), 'pending');
    checkStatus(await pollOnce(harness, second), 'approved');
  }),

  theCase('sends no push for an unknown user', ['unknownHint'], async (harness) => {
    let pending: PendingApproval;
    try {
      pending = await start(harness, harness.unknownHint);
    } catch (error) {
      check(isCibaError(error), `It must throw a CibaError, but threw ${String(error)}.`);
      check(error.code === 'unknownUser', `Expected code unknownUser, got ${error.code}.`);
      return;
    }
    // A backend that hides which accounts exist pretends to send a push.
    checkStatus(await pollOnce(harness, pending), 'pending');
  }),

  theCase('stays pending until the user responds', [], async (harness) => {
    const pending = await start(harness);
    for (let round = 0; round < 2; round++) {
      const result = await pollOnce(harness, pending);
      check(result.status === 'pending', `Expected status pending, got ${result.status}.`);
      checkSeconds(result.interval, '`interval`');
      checkSeconds(result.retryAfter, '`retryAfter`');
    }
  }),

  theCase('increases the interval after slow_down', ['slowDown'], async (harness) => {
    const pending = await start(harness);
    checkStatus(await pollOnce(harness, pending), 'pending');
    await harness.slowDown();
    const result = await pollOnce(harness, pending);
    check(result.status === 'pending', `Expected status pending, got ${result.status}.`);
    const least = pending.interval + SLOW_DOWN_STEP_SECONDS;
    check((result.interval ?? 0) >= least, `\`interval\` must be ${least} s or more, not ${result.interval}.`);
  }),

  theCase('returns how long to wait when the backend limits requests', ['throttle'], async (harness) => {
    const pending = await start(harness);
    await harness.waitForInterval?.(pending);
    const seconds = await harness.throttle();
    const result = await harness.adapter.poll(pending, call()).catch((error: unknown) => error);
    if (result instanceof Error) {
      check(isCibaError(result) && result.code === 'rateLimited', `Expected code rateLimited, got ${String(result)}.`);
      check(result.retryable, 'A rate limit must be retryable.');
    } else checkStatus(result as PollResult, 'pending');
    const { retryAfter = 0 } = result as { retryAfter?: number };
    check(Math.abs(retryAfter - seconds) <= 1, `\`retryAfter\` must be ${seconds} s, not ${retryAfter}.`);
  }),

  theCase('sends one HTTP request per poll', ['requests'], async (harness) => {
    const pending = await start(harness);
    await harness.waitForInterval?.(pending);
    const before = await harness.requests();
    await harness.adapter.poll(pending, call());
    const made = (await harness.requests()) - before;
    check(made === 1, `One poll must make one request, not ${made}.`);
  }),
];
