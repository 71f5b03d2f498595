import { isCibaError } from '../../contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  CibaError,
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

export function theCase<Needed extends Part = never>(
  title: string,
  needs: readonly Needed[],
  run: (harness: Equipped<Needed>) => Promise<void>,
): AdapterCase {
  return { title, needs, run: (harness) => run(harness as Equipped<Needed>) };
}

// Only an adapter that fails the case takes this long.
const PROMPT_ANSWER_MS = 2000;

/** Options of a call that is never aborted, with a new `actId`. */
export function call(overrides: Partial<CallOptions> = {}): CallOptions {
  return { signal: new AbortController().signal, actId: crypto.randomUUID(), ...overrides };
}

export function check(condition: boolean, text: string): asserts condition {
  if (!condition) throw new Error(text);
}

export function checkStatus(result: PollResult | TotpResult, ...wanted: readonly string[]): void {
  check(wanted.includes(result.status), `Expected status ${wanted.join(' or ')}, got ${result.status}.`);
}

export function checkSeconds(value: number | undefined, name: string): void {
  check(value === undefined || (Number.isFinite(value) && value >= 0), `${name} must be a finite number of seconds.`);
}

export async function checkThrows(promise: Promise<unknown>, what: string): Promise<CibaError> {
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
export async function settlesPromptly(promise: Promise<unknown>): Promise<boolean> {
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

export function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm, such as a frame, also count.
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.values(value).every(isJson);
}

export function start(
  harness: AdapterHarness,
  loginHint = harness.knownHint,
  more: Partial<InitiateRequest> = {},
): Promise<PendingApproval> {
  return harness.adapter.initiate({ loginHint, ...more }, call());
}

export async function pollOnce(harness: AdapterHarness, pending: PendingApproval): Promise<PollResult> {
  await harness.waitForInterval?.(pending);
  return harness.adapter.poll(pending, call());
}

/** Checks that the request has ended: the backend returns that status, or an error that isn't retryable. */
export async function checkOver(
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

export async function answerTooLate(answer: () => Awaitable<void>): Promise<void> {
  try {
    await answer();
  } catch {
    // A phone may report that it is too late, or ignore the tap.
  }
}

/** Returns every part of an error that could reach a log. */
export function printError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), error.cause && printError(error.cause)].join('\n');
}

export function verify(harness: AdapterHarness, code: string, pending?: PendingApproval): Promise<TotpResult> {
  const request = { loginHint: harness.knownHint, code, ...(pending && { pending }) };
  return harness.adapter.verifyTotp?.(request, call()) ?? Promise.reject(new Error('There is no verifyTotp.'));
}

/** Returns a call of each method that the adapter has. */
export function callsOf({ adapter, knownHint }: AdapterHarness, pending: PendingApproval, options: CallOptions) {
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
