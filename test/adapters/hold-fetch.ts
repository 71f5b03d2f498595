import type { HeldAnswers } from '../../src/testing/index.js';

/** A fetch whose answers can be kept on the way: the server did its part, and the caller does not hear of it yet. */
export function createHoldableFetch(send: typeof fetch) {
  let gate: { readonly opened: Promise<void>; readonly arrive: () => void } | null = null;

  const holdable: typeof fetch = async (input, init) => {
    const response = await send(input, init);
    const { opened, arrive } = gate ?? {};
    if (!opened) return response;
    arrive?.();
    const signal = init?.signal;
    return new Promise((resolve, reject) => {
      void opened.then(() => resolve(response));
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  };

  return {
    fetch: holdable,
    /** Holds every answer from now on. */
    hold(): HeldAnswers {
      let open = () => {};
      let arrive = () => {};
      const opened = new Promise<void>((resolve) => (open = resolve));
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      gate = { opened, arrive };
      return {
        arrived,
        release() {
          gate = null;
          open();
        },
      };
    },
  };
}
