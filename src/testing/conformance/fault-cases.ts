import {
  theCase,
  call,
  check,
  checkStatus,
  checkThrows,
  settlesPromptly,
  start,
  pollOnce,
  checkOver,
  printError,
  verify,
  callsOf,
} from './checks.js';
import type { AdapterCase } from './checks.js';

/** Aborts, lost connections, malformed responses and secrets. */
export const FAULT_CASES: readonly AdapterCase[] = [
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
