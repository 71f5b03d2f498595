// The page that bench/screens/run.mjs measures: a complete sign-in with each library, over a fetch that responds at once
// or on demand. It is built for production, with React's profiler counting commits.
import { Profiler, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { AuthsignalProvider, useAuthsignal } from '@authsignal/react';
import { CibaLogin, CibaLoginDialog } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';
import { en } from 'react-ciba/locales/en';
import 'react-ciba/styles.css';

const VENDOR = 'https://vendor.example/v1';

/** The response of each address. If it isn't a function, the call waits until `answer` is called. */
const ANSWERS = {
  [`${VENDOR}/client/init`]: () => ({
    challengeOptions: {
      token: 'token',
      defaultVerificationMethod: 'AUTHENTICATOR_APP',
      verificationMethods: ['AUTHENTICATOR_APP', 'EMAIL_OTP', 'PASSKEY'],
    },
  }),
  [`${VENDOR}/client/verify/totp`]: ({ verificationCode }) =>
    verificationCode === '123456' ? { isVerified: true, accessToken: 'token' } : { isVerified: false },
  '/api/ciba/code': () => ({ status: 'invalidCode', attemptsLeft: 2 }),
};
let waiting = new Map();
let asked = [];

globalThis.fetch = async (url, { body }) => {
  asked.push(url);
  const known = ANSWERS[url];
  const answer = known ? known(JSON.parse(body)) : await new Promise((resolve) => waiting.set(url, resolve));
  if (!answer) throw new TypeError('Failed to fetch');
  return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
};

function StartChallenge() {
  const { startChallenge } = useAuthsignal();
  return (
    <button type="button" onClick={() => void startChallenge({ token: 'token' })}>
      Start
    </button>
  );
}

function OpenDialog() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      {open && <CibaLoginDialog open adapter={createHttpAdapter()} onOpenChange={setOpen} />}
    </>
  );
}

/** The same first screens with the same texts in plain React, without a countdown, a network, focus or announcements. */
function PlainLogin() {
  const [status, setStatus] = useState('idle');
  const [account, setAccount] = useState('');
  if (status === 'idle') {
    return (
      <section>
        <h2>{en['idle.title']}</h2>
        <p>{en['idle.text']}</p>
        <label>
          {en['identifier.username']}
          <input value={account} onChange={(event) => setAccount(event.target.value)} />
        </label>
        <button type="button" onClick={() => setStatus('pushing')}>
          {en['idle.start']}
        </button>
      </section>
    );
  }
  const isWaiting = status === 'polling';
  return (
    <section>
      <h2>{en[`${status}.title`]}</h2>
      <p>{en[`${status}.text`]}</p>
      <dl>
        <dt>{en['summary.account']}</dt>
        <dd>{account}</dd>
      </dl>
      {!isWaiting && (
        <button type="button" onClick={() => setStatus('polling')}>
          {en['action.close']}
        </button>
      )}
      <button type="button" onClick={() => setStatus('idle')}>
        {en['action.cancel']}
      </button>
    </section>
  );
}

const sources = {
  'plain React': () => <PlainLogin />,
  'react-ciba': () => <CibaLogin adapter={createHttpAdapter()} />,
  'react-ciba in a dialog': () => <OpenDialog />,
  // The provider is part of the app. It shows something only when a challenge starts.
  '@authsignal/react': () => (
    <AuthsignalProvider tenantId="tenant" baseUrl={VENDOR}>
      <StartChallenge />
    </AuthsignalProvider>
  ),
};

let root;
let commits = 0;
let rendering = 0;

window.bench = {
  show(name) {
    root.render(
      <Profiler
        id="login"
        onRender={(_id, _phase, actualDuration) => {
          commits += 1;
          rendering += actualDuration;
        }}
      >
        {sources[name]()}
      </Profiler>,
    );
  },
  clear() {
    root?.unmount();
    waiting = new Map();
    asked = [];
    document.querySelectorAll('body > :not(#root, script)').forEach((left) => left.remove());
    root = createRoot(document.querySelector('#root'));
  },
  wasAsked: (url) => asked.includes(url),
  isWaiting: (url) => waiting.has(url),
  /** Answers the waiting call. null simulates a lost network. */
  answer(url, value) {
    const resolve = waiting.get(url);
    waiting.delete(url);
    resolve(value);
  },
  press(text) {
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent.includes(text)).click();
  },
  startCounting() {
    commits = 0;
    rendering = 0;
  },
  read: () => ({ commits, rendering }),
};
