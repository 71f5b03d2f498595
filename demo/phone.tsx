import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createHttpInboxAdapter } from 'react-ciba/adapters/http';
import { CibaInbox } from 'react-ciba/inbox';
import type { PasskeyJson, Passkeys } from 'react-ciba/inbox';
import { AuthenticatorApp } from './authenticator-app.js';
import { PhonePage } from './phone-frame.js';
import { readJson } from './read-json.js';
import { renderPage } from './render-page.js';
import 'react-ciba/styles.css';

const post = <T,>(act: string, body: object = {}) =>
  readJson<T>(`/phone/passkey/${act}`, { method: 'POST', body: JSON.stringify(body) });

/** The passkey that the demo's server keeps, so that the first minute needs no screen lock and no security key. */
const demoPasskeys: Passkeys = {
  create: (options) => post<PasskeyJson>('create', options),
  get: (options) => post<PasskeyJson>('get', options),
};
/** By this name, the page knows which passkey the phone was added with. */
const DEMO_PHONE = 'Demo phone';

const adapter = createHttpInboxAdapter();
const invite = () => post<{ url: string; code: string }>('invitation');

/** Which passkey the phone uses. The shop's frame and a tab of this browser are the same phone. */
const CHOICE = 'demo-passkey';
const usesOwn = localStorage.getItem(CHOICE) === 'own';
addEventListener('storage', ({ key }) => key === CHOICE && location.reload());

/** Makes this browser a phone, unless it is one. With its own passkey, the user adds it as in a real app. */
async function becomePhone(): Promise<null> {
  const list = await adapter.list({ also: [], signal: AbortSignal.timeout(10_000) });
  if (list.status === 'ready' && (list.device.name === DEMO_PHONE) !== usesOwn) return null;
  const { url, code } = await invite();
  if (usesOwn) {
    location.hash = new URL(url).hash;
    return null;
  }
  const step = await adapter.register({ code });
  if (step.status !== 'passkey') throw new Error(`The inbox answered "${step.status}" to the invitation.`);
  await adapter.register({ code, response: await demoPasskeys.create(step.passkey), name: DEMO_PHONE });
  return null;
}

function choose(choice: 'own' | 'demo'): void {
  localStorage.setItem(CHOICE, choice);
  location.reload();
}

function Phone() {
  const { isPending, error } = useQuery({
    queryKey: ['phone'],
    // The frame and a tab that open together must not both become the phone.
    queryFn: () => navigator.locks.request('phone', becomePhone),
    staleTime: Infinity,
  });
  const [passkeys] = useState(() => (usesOwn ? {} : { passkeys: demoPasskeys }));
  return (
    <PhonePage className="inbox">
      {error && <p role="alert">The shop isn’t responding. Is the demo running?</p>}
      {!error && !isPending && <CibaInbox adapter={adapter} {...passkeys} />}
      <AuthenticatorApp />
      <p className="quiet">
        {usesOwn ? 'This phone approves with your own passkey. ' : 'This phone approves with a passkey of the demo. '}
        <button type="button" className="link" onClick={() => choose(usesOwn ? 'demo' : 'own')}>
          {usesOwn ? 'Use the demo’s' : 'Use your own'}
        </button>
      </p>
    </PhonePage>
  );
}

renderPage(<Phone />);
