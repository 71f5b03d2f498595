import type { OidcHints, OidcProfile, OidcSession } from './types.js';

/** Seconds that an ID token still has to live to be a hint. The request has to arrive before it ends. */
const ID_TOKEN_MARGIN_SECONDS = 60;

/** Names the user of a session as the provider knows users. */
export function hintsOf(session: OidcSession, profile: OidcProfile): OidcHints {
  if (profile.hintsOf) return profile.hintsOf(session);
  const { sub, exp, preferred_username: username, email } = session.claims;
  const named = [username, email].find((name): name is string => typeof name === 'string' && name !== '');
  const isAccepted = profile.hints?.includes('id_token_hint') ?? true;
  const isAlive = exp - Date.now() / 1000 > ID_TOKEN_MARGIN_SECONDS;
  return { loginHint: named ?? sub, subject: sub, ...(isAccepted && isAlive && { idTokenHint: session.idToken }) };
}
