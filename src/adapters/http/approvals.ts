import type { CallOptions, CibaAdapter, PendingApproval, TotpRequest, TotpResult } from '../../contract/index.js';
import { readPending, readPollResult, readTotpResult } from './answers.js';
import { sendJson } from './request.js';
import type { HttpCall } from './request.js';
import type { serverSentEvents } from './server-sent-events.js';

export interface HttpApprovalAdapterOptions {
  /** Where `createApprovals` is mounted: a path of the page's own origin. @default '/api/approvals' */
  readonly basePath?: string;
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Seconds to wait for one response. @default 15 */
  readonly timeout?: number;
  /** Set it to `serverSentEvents` if `createApprovals` has `ping: true`. @default none */
  readonly events?: typeof serverSentEvents;
}

/** What an approval gives the page. The receipt stays on the server. */
export interface ApprovedApproval {
  readonly id: string;
}

/** The adapter that {@link createHttpApprovalAdapter} returns. The login hint of its requests is the approval's ID. */
export interface ApprovalAdapter extends CibaAdapter<ApprovedApproval> {
  verifyTotp(request: TotpRequest, options: CallOptions): Promise<TotpResult<ApprovedApproval>>;
  cancel(pending: Pick<PendingApproval, 'id'>, options: CallOptions): Promise<void>;
}

/**
 * Creates the adapter for the page of `createApprovals`. It joins an approval that your server has created, and never
 * creates one.
 *
 * Its methods throw `CibaError`, or the signal's own reason when they were aborted.
 *
 * @example
 * const adapter = createHttpApprovalAdapter({ basePath: '/api/approvals' });
 */
export function createHttpApprovalAdapter(options: HttpApprovalAdapterOptions = {}): ApprovalAdapter {
  const basePath = (options.basePath ?? '/api/approvals').replace(/\/+$/, '');

  const send = (path: string, body: HttpCall['body'], signal: AbortSignal) =>
    sendJson({ ...options, url: basePath + path, body, signal });

  return {
    async initiate({ loginHint: id }, { signal }) {
      return readPending(await send('/open', { id }, signal));
    },

    async poll({ id }, { signal }) {
      return readPollResult<ApprovedApproval>(await send('/poll', { id }, signal));
    },

    ...(options.events && { watch: options.events(`${basePath}/events`, options.fetch) }),

    async verifyTotp({ code, pending }, { signal, actId }) {
      return readTotpResult<ApprovedApproval>(await send('/code', { id: pending?.id, code, actId }, signal));
    },

    async cancel({ id }, { signal }) {
      await send('/cancel', { id }, signal);
    },
  };
}
