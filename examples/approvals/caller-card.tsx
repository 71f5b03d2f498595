import { useState } from 'react';
import type { CibaAdapter, Messages } from 'react-ciba';
import { CibaApproval, type ApprovalMessages, type ApprovedApproval } from 'react-ciba/approvals';

/** The operator watches, and the caller approves. The kit's texts speak to who approves, so these take their place. */
const forOperator: Partial<Messages & ApprovalMessages> = {
  'polling.title': 'Waiting for the caller',
  'polling.text': 'Ask the caller to approve the request on their phone.',
  'polling.displayCodeText': 'Read this number to the caller. Their phone must show the same one.',
  'polling.displayCodeEnter': 'Read this number to the caller, who enters it on their phone.',
  'lateHint.title': 'No request on the caller’s phone?',
  'lateHint.openApp': 'Ask the caller to open their authenticator app.',
  'lateHint.notifications': 'Ask whether that app can send notifications.',
  'lateHint.online': 'Ask whether their phone is connected to the internet.',
  'approval.approved.title': 'Caller verified',
  'denied.title': 'Caller not verified',
  'approval.denied.text': 'The caller denied the request. Don’t share anything about this account.',
  'approval.expired.text': 'The caller didn’t approve it in time.',
};

/** What the card calls on your server: the two routes of helpdesk.ts. */
export interface Desk {
  /** `POST /api/desk/verify { caller }` */
  verify(caller: string): Promise<{ readonly id: string }>;
  /** `POST /api/desk/account { id }` */
  account(id: string): Promise<{ readonly account: string }>;
}

interface CallerCardProps {
  readonly caller: string;
  readonly desk: Desk;
  readonly adapter: CibaAdapter<ApprovedApproval>;
  /** Other texts of the kit, such as a translation. */
  readonly messages?: Partial<Messages & ApprovalMessages> | undefined;
}

/** The operator's view of a caller. The account is shown once the caller has approved. */
export function CallerCard({ caller, desk, adapter, messages }: CallerCardProps) {
  const [approval, setApproval] = useState<string>();
  const [account, setAccount] = useState<string>();
  const [failed, setFailed] = useState(false);

  const verify = () =>
    desk.verify(caller).then(
      ({ id }) => setApproval(id),
      () => setFailed(true),
    );

  return (
    <section aria-label={`Caller ${caller}`}>
      <h2>{caller}</h2>
      {account === undefined ? <p>Account: hidden until the caller is verified</p> : <p>Account: {account}</p>}
      {failed && <p role="alert">The caller can’t be asked right now.</p>}
      {approval === undefined ? (
        <button type="button" onClick={() => void verify()}>
          Verify caller
        </button>
      ) : (
        <CibaApproval
          key={approval}
          id={approval}
          adapter={adapter}
          layout="inline"
          messages={messages ?? forOperator}
          onApproved={async ({ id }) => setAccount((await desk.account(id)).account)}
          onRetry={() => void verify()}
        />
      )}
    </section>
  );
}
