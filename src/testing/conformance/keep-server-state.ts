import type { CibaAdapter, JsonValue, PendingApproval } from '../../contract/index.js';
import type { AdapterHarness } from './harness.js';

/**
 * Uses an adapter as the handler does: it keeps the `serverState` of each request, and restores it for each call about
 * that request. A request that was never started has none.
 */
export function keepServerState(harness: AdapterHarness): AdapterHarness {
  const states = new Map<string, JsonValue>();

  function restore(pending: PendingApproval): PendingApproval {
    const serverState = states.get(pending.id);
    return serverState === undefined ? pending : { ...pending, serverState };
  }

  function wrap(adapter: CibaAdapter): CibaAdapter {
    const { verifyTotp, watch, cancel, report, makeDisplayCode, approver } = adapter;
    return {
      async initiate(request, options) {
        const { serverState, ...pending } = await adapter.initiate(request, options);
        // Through JSON, as a store would.
        if (serverState !== undefined) states.set(pending.id, JSON.parse(JSON.stringify(serverState)) as JsonValue);
        return pending;
      },
      poll: (pending, options) => adapter.poll(restore(pending), options),
      ...(verifyTotp && {
        verifyTotp: ({ pending, ...request }, options) =>
          verifyTotp.call(adapter, { ...request, ...(pending && { pending: restore(pending) }) }, options),
      }),
      ...(watch && { watch: (pending, options) => watch.call(adapter, restore(pending), options) }),
      ...(cancel && { cancel: (pending, options) => cancel.call(adapter, restore(pending), options) }),
      ...(report && { report: (pending, options) => report.call(adapter, restore(pending), options) }),
      ...(approver && {
        approver: (session, asked, pending) =>
          approver.call(adapter, session, asked, pending === null ? null : restore(pending)),
      }),
      ...(makeDisplayCode && { makeDisplayCode: () => makeDisplayCode.call(adapter) }),
    };
  }

  const { reload } = harness;
  return {
    ...harness,
    adapter: wrap(harness.adapter),
    ...(reload && { reload: async () => wrap(await reload()) }),
  };
}
