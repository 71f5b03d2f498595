// `npm run bench:sizes`: measures what each import adds to an app, compared with other vendors' React packages, in one run.
import { installLibraries } from './install.mjs';
import { REACT, weigh } from './bundle.mjs';

/** The import that an app writes, and what it includes. */
const IMPORTS = {
  'react-ciba: <CibaLogin> with the HTTP adapter': {
    has: 'push, code, every screen, English texts',
    source: `
      import { createRoot } from 'react-dom/client';
      import { CibaLogin } from 'react-ciba';
      import { createHttpAdapter } from 'react-ciba/adapters/http';
      createRoot(document.body).render(<CibaLogin adapter={createHttpAdapter()} onApproved={() => undefined} />);`,
  },
  'react-ciba: useCibaLogin, no components': {
    has: 'push and code, without markup',
    source: `
      import { createRoot } from 'react-dom/client';
      import { useCibaLogin } from 'react-ciba';
      const Login = ({ adapter }) => useCibaLogin({ adapter }).status;
      createRoot(document.body).render(<Login adapter={globalThis.adapter} />);`,
  },
  'react-ciba: <TotpInput>': {
    has: 'the code field',
    source: `
      import { createRoot } from 'react-dom/client';
      import { TotpInput } from 'react-ciba';
      createRoot(document.body).render(<TotpInput aria-label="Code" />);`,
  },
  'react-ciba/adapters/http': {
    has: 'talks to react-ciba’s own handler',
    source: `
      import { createHttpAdapter } from 'react-ciba/adapters/http';
      globalThis.adapter = createHttpAdapter();`,
  },
  'react-ciba/adapters/authsec': {
    has: 'talks to AuthSec',
    source: `
      import { createAuthSecAdapter } from 'react-ciba/adapters/authsec';
      globalThis.adapter = createAuthSecAdapter({ environment: 'production' });`,
  },
  '@authsignal/react: AuthsignalProvider, useAuthsignal': {
    has: 'code, email, SMS, passkey, security key in a dialog; no push',
    source: `
      import { createRoot } from 'react-dom/client';
      import { AuthsignalProvider, useAuthsignal } from '@authsignal/react';
      const Start = () => <button onClick={() => useAuthsignal().startChallenge({ token: '' })} />;
      createRoot(document.body).render(<AuthsignalProvider tenantId="t"><Start /></AuthsignalProvider>);`,
  },
  '@descope/react-sdk: AuthProvider, Descope': {
    has: 'a flow runner; screens and their elements come from the vendor at runtime',
    source: `
      import { createRoot } from 'react-dom/client';
      import { AuthProvider, Descope } from '@descope/react-sdk';
      createRoot(document.body).render(<AuthProvider projectId="p"><Descope flowId="sign-in" /></AuthProvider>);`,
  },
  'supertokens-auth-react: passwordless, then TOTP, prebuilt UI': {
    has: 'email or SMS code, then TOTP; no push',
    source: `
      import { createRoot } from 'react-dom/client';
      import SuperTokens, { SuperTokensWrapper } from 'supertokens-auth-react';
      import Session from 'supertokens-auth-react/recipe/session';
      import Passwordless from 'supertokens-auth-react/recipe/passwordless';
      import { PasswordlessPreBuiltUI } from 'supertokens-auth-react/recipe/passwordless/prebuiltui';
      import MultiFactorAuth from 'supertokens-auth-react/recipe/multifactorauth';
      import { MultiFactorAuthPreBuiltUI } from 'supertokens-auth-react/recipe/multifactorauth/prebuiltui';
      import TOTP from 'supertokens-auth-react/recipe/totp';
      import { TOTPPreBuiltUI } from 'supertokens-auth-react/recipe/totp/prebuiltui';
      import { canHandleRoute, getRoutingComponent } from 'supertokens-auth-react/ui';
      SuperTokens.init({
        appInfo: { appName: 'a', apiDomain: 'https://a.example', websiteDomain: 'https://a.example' },
        recipeList: [Session.init(), Passwordless.init({ contactMethod: 'EMAIL' }), MultiFactorAuth.init(), TOTP.init()],
      });
      const screens = [PasswordlessPreBuiltUI, MultiFactorAuthPreBuiltUI, TOTPPreBuiltUI];
      const Screen = () => (canHandleRoute(screens) ? getRoutingComponent(screens) : null);
      createRoot(document.body).render(<SuperTokensWrapper><Screen /></SuperTokensWrapper>);`,
  },
};

installLibraries();
const rows = {};
for (const [name, { source, has }] of Object.entries(IMPORTS)) {
  const { first, later } = await weigh(source);
  const whole = await weigh(source, REACT);
  rows[name] = {
    'gzip, kB': kilobytes(first),
    'with TanStack Query, kB': kilobytes(whole.first),
    'loaded later, kB': later ? kilobytes(later) : '',
    has,
  };
}
console.log('Each bundled separately by Vite, with every dependency except React and React DOM');
console.table(rows);

function kilobytes(bytes) {
  return Number((bytes / 1000).toFixed(1));
}
