import { isCibaError } from '../../contract/index.js';
import { displayCodeForm } from '../../contract/display-code.js';
import { SLOW_DOWN_STEP_SECONDS, validateLink } from '../../contract/validate.js';
import type {
  CallOptions,
  CibaAdapter,
  CibaError,
  DisplayCode,
  InitiateRequest,
  PendingApproval,
  PollResult,
  TotpResult,
} from '../../contract/index.js';
import type { AdapterHarness, Awaitable } from './harness.js';

/** An optional part of the harness or of its adapter. */
export type Part = keyof AdapterHarness | keyof CibaAdapter;

/** A harness that has these parts. */
type Equipped<Needed extends Part> = AdapterHarness &
  Required<Pick<AdapterHarness, Needed & keyof AdapterHarness>> & {
    readonly adapter: CibaAdapter & Required<Pick<CibaAdapter, Needed & keyof CibaAdapter>>;
  };

export interface AdapterCase {
  readonly title: string;
  readonly needs: readonly Part[];
  run(harness: AdapterHarness): Promise<void>;
}

function theCase<Needed extends Part = never>(
  title: string,
  needs: readonly Needed[],
  run: (harness: Equipped<Needed>) => Promise<void>,
): AdapterCase {
  return { title, needs, run: (harness) => run(harness as Equipped<Needed>) };
}

// Only an adapter that fails the case takes this long.
const PROMPT_ANSWER_MS = 2000;

/** Options of a call that is never aborted, with a new `actId`. */
function call(overrides: Partial<CallOptions> = {}): CallOptions {
  return { signal: new AbortController().signal, actId: crypto.randomUUID(), ...overrides };
}

function check(condition: boolean, text: string): asserts condition {
  if (!condition) throw new Error(text);
}

function checkStatus(result: PollResult | TotpResult, ...wanted: readonly string[]): void {
  check(wanted.includes(result.status), `Expected status ${wanted.join(' or ')}, got ${result.status}.`);
}

function checkSeconds(value: number | undefined, name: string): void {
  check(value === undefined || (Number.isFinite(value) && value >= 0), `${name} must be a finite number of seconds.`);
}

async function checkThrows(promise: Promise<unknown>, what: string): Promise<CibaError> {
  let caught: unknown;
  try {
    await promise;
  } catch (error) {
    caught = error;
  }
  check(caught !== undefined, `${what} must throw a CibaError, but it returned.`);
  check(isCibaError(caught), `${what} must throw a CibaError, but threw ${String(caught)}.`);
  return caught;
}

/** Returns whether the promise resolves or rejects in time. */
async function settlesPromptly(promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROMPT_ANSWER_MS);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm, such as a frame, also count.
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.values(value).every(isJson);
}

function start(
  harness: AdapterHarness,
  loginHint = harness.knownHint,
  more: Partial<InitiateRequest> = {},
): Promise<PendingApproval> {
  return harness.adapter.initiate({ loginHint, ...more }, call());
}

async function pollOnce(harness: AdapterHarness, pending: PendingApproval): Promise<PollResult> {
  await harness.waitForInterval?.(pending);
  return harness.adapter.poll(pending, call());
}

/** Checks that the request has ended: the backend returns that status, or an error that isn't retryable. */
async function checkOver(
  harness: AdapterHarness,
  pending: PendingApproval,
  ...wanted: readonly PollResult['status'][]
): Promise<void> {
  try {
    checkStatus(await pollOnce(harness, pending), ...wanted);
  } catch (error) {
    if (!isCibaError(error)) throw error;
    check(!error.retryable, `A poll of a request that has ended must not be retryable (code ${error.code}).`);
  }
}

async function answerTooLate(answer: () => Awaitable<void>): Promise<void> {
  try {
    await answer();
  } catch {
    // A phone may report that it is too late, or ignore the tap.
  }
}

/** Returns every part of an error that could reach a log. */
function printError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), error.cause && printError(error.cause)].join('\n');
}

export const ADAPTER_CASES: readonly AdapterCase[] = [
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

  theCase('does nothing if the signal is already aborted', [], async (harness) => {
    const pending = await start(harness);
    const rings = await harness.rings?.();
    const options = call({ signal: AbortSignal.abort() });
    const calls = callsOf(harness, pending, options);
    for (const [method, run] of calls) {
      const settled = await run().then(
        () => 'returned',
        () => 'threw',
      );
      check(settled === 'threw', `${method} must throw if its signal is already aborted.`);
    }
    check((await harness.rings?.()) === rings, '`initiate` must send no push if its signal is already aborted.');
  }),

  theCase('settles at once when a call in transit is aborted', ['fault'], async (harness) => {
    const pending = await start(harness);
    await harness.waitForInterval?.(pending);
    await harness.fault('hang');
    for (const method of callsOf(harness, pending, call()).keys()) {
      const controller = new AbortController();
      const settled = callsOf(harness, pending, call({ signal: controller.signal })).get(method)?.();
      controller.abort();
      check(await settlesPromptly(settled ?? Promise.resolve()), `${method} must settle when it is aborted.`);
    }
  }),

  theCase('ignores a response that arrives after an abort', ['hold'], async (harness) => {
    const pending = await start(harness);
    await harness.approve(pending);
    await harness.waitForInterval?.(pending);
    const answers = await harness.hold();
    const controller = new AbortController();
    const outcome = harness.adapter.poll(pending, call({ signal: controller.signal })).then(
      () => 'returned',
      () => 'threw',
    );
    await Promise.race([answers.arrived, outcome]);
    controller.abort();
    check(await settlesPromptly(outcome), 'An aborted poll must settle, even if its response never arrives.');
    check((await outcome) === 'threw', 'An aborted poll must throw.');
    await answers.release();
    // If the backend returns an approval only once, it is lost with the response.
    await checkOver(harness, pending, 'approved', 'expired');
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

  theCase('rejects a wrong code and accepts a valid one', ['verifyTotp', 'validCode', 'wrongCode'], async (harness) => {
    const wrong = await verify(harness, await harness.wrongCode());
    check(wrong.status === 'invalidCode', `Expected status invalidCode, got ${wrong.status}.`);
    const { attemptsLeft } = wrong;
    check(
      attemptsLeft === undefined || (Number.isInteger(attemptsLeft) && attemptsLeft > 0),
      '`attemptsLeft` must be a positive integer.',
    );
    const right = await verify(harness, await harness.validCode());
    check(right.status === 'approved', `Expected status approved, got ${right.status}.`);
    check(right.session !== undefined && right.session !== null, 'A valid code must include a session.');
  }),

  theCase(
    'approves no code for a user without an authenticator app',
    ['verifyTotp', 'hintWithoutCode'],
    async (harness) => {
      const request = { loginHint: harness.hintWithoutCode, code: '000000' };
      // A backend that hides who has an authenticator app responds as to a wrong code.
      checkStatus(await harness.adapter.verifyTotp(request, call()), 'notEnrolled', 'invalidCode');
    },
  ),

  theCase('ends the push request after a valid code', ['verifyTotp', 'validCode'], async (harness) => {
    const pending = await start(harness);
    checkStatus(await verify(harness, await harness.validCode(), pending), 'approved');
    await answerTooLate(() => harness.deny(pending));
    // The login succeeded, so a backend may report an approval here too, but never "pending" or "denied".
    await checkOver(harness, pending, 'approved', 'expired');
  }),

  theCase(
    'locks out after too many wrong codes, for a valid one too',
    ['verifyTotp', 'validCode', 'wrongCode', 'attemptsUntilLockout'],
    async (harness) => {
      for (let attempt = 1; attempt < harness.attemptsUntilLockout; attempt++) {
        checkStatus(await verify(harness, await harness.wrongCode()), 'invalidCode');
      }
      for (const code of [await harness.wrongCode(), await harness.validCode()]) {
        const result = await verify(harness, code);
        check(result.status === 'lockedOut', `Expected status lockedOut, got ${result.status}.`);
        checkSeconds(result.retryAfter, '`retryAfter`');
      }
    },
  ),

  theCase(
    'counts a wrong code once per `actId`, however often it is sent',
    ['verifyTotp', 'wrongCode', 'attemptsUntilLockout', 'rings'],
    async (harness) => {
      const options = call();
      const code = await harness.wrongCode();
      for (let sent = 0; sent <= harness.attemptsUntilLockout; sent++) {
        const result = await harness.adapter.verifyTotp({ loginHint: harness.knownHint, code }, options);
        checkStatus(result, harness.attemptsUntilLockout > 1 ? 'invalidCode' : 'lockedOut');
      }
    },
  ),

  theCase('reports a lost connection as retryable, and continues after it', ['fault'], async (harness) => {
    const pending = await start(harness);
    await harness.waitForInterval?.(pending);
    await harness.fault('network');
    const error = await checkThrows(harness.adapter.poll(pending, call()), 'A poll without a connection');
    check(['network', 'offline', 'timeout'].includes(error.code), `Expected code network, got ${error.code}.`);
    check(error.retryable, 'A lost connection must be retryable.');
    await harness.fault(null);
    await harness.approve(pending);
    checkStatus(await pollOnce(harness, pending), 'approved');
  }),

  theCase('rejects a malformed response', ['fault'], async (harness) => {
    const pending = await start(harness);
    await harness.waitForInterval?.(pending);
    await harness.fault('malformed');
    const polled = await checkThrows(harness.adapter.poll(pending, call()), 'A poll with a malformed answer');
    check(polled.code === 'badResponse', `Expected code badResponse, got ${polled.code}.`);
    const code = harness.adapter.verifyTotp && (await harness.validCode?.());
    if (code === undefined) return;
    const verified = await checkThrows(verify(harness, code), 'A code with a malformed answer');
    check(verified.code === 'badResponse', `Expected code badResponse, got ${verified.code}.`);
  }),

  theCase(
    'does not count an error as a wrong code',
    ['fault', 'verifyTotp', 'wrongCode', 'attemptsUntilLockout'],
    async (harness) => {
      for (const kind of ['network', 'malformed'] as const) {
        await harness.fault(kind);
        for (let attempt = 0; attempt < harness.attemptsUntilLockout; attempt++) {
          await checkThrows(verify(harness, await harness.wrongCode()), 'A code that failed with an error');
        }
      }
      await harness.fault(null);
      const result = await verify(harness, await harness.wrongCode());
      checkStatus(result, harness.attemptsUntilLockout > 1 ? 'invalidCode' : 'lockedOut');
    },
  ),

  theCase('keeps secrets out of requests and errors', ['secrets'], async (harness) => {
    const pending = await start(harness);
    const seen = [JSON.stringify(pending)];
    const watch = (promise: Promise<unknown>) => promise.catch((error: unknown) => seen.push(printError(error)));
    const code = await harness.validCode?.();
    await watch(pollOnce(harness, { ...pending, id: `${pending.id}-of-another-user` }));
    for (const kind of ['network', 'malformed'] as const) {
      await harness.fault?.(kind);
      await watch(pollOnce(harness, pending));
      if (code) await watch(verify(harness, code, pending));
    }
    await harness.fault?.(null);
    await harness.approve(pending);
    await pollOnce(harness, pending);
    await watch(pollOnce(harness, pending));

    const [request = '', ...errors] = seen;
    const leaks = (text: string, secrets: readonly string[]) => secrets.some((secret) => text.includes(secret));
    const secrets = await harness.secrets();
    check(!leaks(request, secrets), 'The pending request holds a secret.');
    const asked = [pending.id, harness.knownHint, ...(code ? [code] : [])];
    check(
      !errors.some((text) => leaks(text, [...secrets, ...asked])),
      'An error holds a secret, an ID, a hint or a code.',
    );
  }),
];

function verify(harness: AdapterHarness, code: string, pending?: PendingApproval): Promise<TotpResult> {
  const request = { loginHint: harness.knownHint, code, ...(pending && { pending }) };
  return harness.adapter.verifyTotp?.(request, call()) ?? Promise.reject(new Error('There is no verifyTotp.'));
}

/** Returns a call of each method that the adapter has. */
function callsOf({ adapter, knownHint }: AdapterHarness, pending: PendingApproval, options: CallOptions) {
  const calls = new Map<string, () => Promise<unknown>>([
    ['initiate', () => adapter.initiate({ loginHint: knownHint }, options)],
    ['poll', () => adapter.poll(pending, options)],
  ]);
  const { verifyTotp, cancel, report } = adapter;
  if (verifyTotp)
    calls.set('verifyTotp', () => verifyTotp.call(adapter, { loginHint: knownHint, code: '000000' }, options));
  if (cancel) calls.set('cancel', () => cancel.call(adapter, pending, options));
  if (report) calls.set('report', () => report.call(adapter, pending, options));
  return calls;
}
