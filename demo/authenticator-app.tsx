import { useQuery } from '@tanstack/react-query';
import type { PhoneTotp } from './phone-api.js';
import { QrCode } from './qr-code.js';
import { readJson } from './read-json.js';

/** The phone's authenticator app, with the codes of the first demo user. */
export function AuthenticatorApp() {
  const { data: totp } = useQuery({
    queryKey: ['totp'],
    queryFn: () => readJson<PhoneTotp>('/phone/api/totp'),
    refetchInterval: 1000,
  });
  if (!totp) return null;
  return (
    <section aria-labelledby="authenticator">
      <h2 id="authenticator">Authenticator</h2>
      <p className="quiet">{totp.account}</p>
      <p className="totp">
        <output aria-label="Current code">{totp.code}</output>
        <span className="quiet">new in {totp.validFor} s</span>
      </p>
      <details>
        <summary>Use your own authenticator app</summary>
        <QrCode text={totp.uri} caption="Scan it, or type this secret. It’s valid until the demo restarts." />
        <p>
          <code className="secret">{totp.secret}</code>
        </p>
      </details>
    </section>
  );
}
