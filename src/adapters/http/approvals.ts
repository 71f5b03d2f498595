import type { CallOptions, CibaAdapter, PendingApproval, TotpRequest, TotpResult } from '../../contract/index.js';
import type { ApprovedApproval } from '../../contract/approvals.js';
import { readPending, readPollResult, readTotpResult } from './answers.js';
import { connect } from './request.js';
import type { HttpOptions } from './request.js';
import type { serverSentEvents } from './server-sent-events.js';

export interface HttpApprovalAdapterOptions extends HttpOptions {
  /** Where `createApprovals` is mounted: a path of the page's own origin. @default '/api/approvals' */
  readonly basePath?: string;
  /** Set it to `serverSentEvents` if `createApprovals` has `ping: true`. @default none */
  readonly events?: typeof serverSentEvents;
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
  const { basePath, send } = connect(options, '/api/approvals');

  return {
    async initiate({ loginHint: id }, { signal }) {
      return readPending(await send('open', { id }, { signal }));
    },

    async poll({ id }, { signal }) {
      return readPollResult<ApprovedApproval>(await send('poll', { id }, { signal }));
    },

    ...(options.events && { watch: options.events(`${basePath}/events`, options.fetch) }),

    async verifyTotp({ code, pending }, { signal, actId }) {
      return readTotpResult<ApprovedApproval>(await send('code', { id: pending?.id, code, actId }, { signal }));
    },

    async cancel({ id }, { signal }) {
      await send('cancel', { id }, { signal });
    },
  };
}
