import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AuthenticatorApp } from './authenticator-app.js';
import { PhonePage } from './phone-frame.js';
import type { PhoneRequest } from './provider.js';
import { readJson } from './read-json.js';
import { renderPage } from './render-page.js';

function Phone() {
  return (
    <PhonePage>
      <h1>Phone</h1>
      <Requests />
      <AuthenticatorApp />
    </PhonePage>
  );
}

function Requests() {
  const { data: requests = [], error } = useQuery({
    queryKey: ['requests'],
    queryFn: () => readJson<PhoneRequest[]>('/phone/api/requests'),
    refetchInterval: 1000,
  });
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">Requests</h2>
      {error && <p role="alert">The shop isn’t responding. Is the demo running?</p>}
      {!error && requests.length === 0 && (
        <p className="quiet">No requests. Sign in at the shop, and one appears here.</p>
      )}
      <ul className="requests" aria-live="polite">
        {requests.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </ul>
    </section>
  );
}

function Request({ request }: { request: PhoneRequest }) {
  const queryClient = useQueryClient();
  const decide = useMutation({
    mutationFn: (act: 'approve' | 'deny') => readJson(`/phone/api/requests/${request.id}/${act}`, { method: 'POST' }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['requests'] }),
  });
  const time = new Date(request.startedAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  return (
    <li className="request">
      <p className="request-title">
        {request.message === undefined ? (
          <>
            Sign in to <strong>{request.client}</strong>?
          </>
        ) : (
          <strong>{request.message}?</strong>
        )}
      </p>
      <dl>
        <dt>Account</dt>
        <dd>{request.account}</dd>
        <dt>Time</dt>
        <dd>{time}</dd>
        {request.displayCode !== null && (
          <>
            <dt>Number</dt>
            <dd className="display-code">{request.displayCode}</dd>
          </>
        )}
      </dl>
      {request.displayCode !== null && (
        <p className="quiet">Approve only if you started this, and your screen shows this number.</p>
      )}
      <div className="decision">
        <button type="button" className="button" disabled={decide.isPending} onClick={() => decide.mutate('deny')}>
          Deny
        </button>
        <button type="button" className="button" disabled={decide.isPending} onClick={() => decide.mutate('approve')}>
          Approve
        </button>
      </div>
    </li>
  );
}

renderPage(<Phone />);
