import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';

/** Opens a session for a user who has signed in by CIBA. Only the server can call it: it has no route. */
const ciba = {
  id: 'ciba',
  endpoints: {
    signInCiba: createAuthEndpoint(
      '/sign-in/ciba',
      { method: 'POST', metadata: { SERVER_ONLY: true } },
      async (context) => {
        const { email, name } = context.body;
        const { internalAdapter } = context.context;
        const found = await internalAdapter.findUserByEmail(email);
        const user = found?.user ?? (await internalAdapter.createUser({ email, name, emailVerified: true }));
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        return { user };
      },
    ),
  },
};

export const createAuth = ({ origin, secret, lifetime }) =>
  betterAuth({
    baseURL: origin,
    secret,
    // In an app, your database.
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    session: { expiresIn: lifetime },
    plugins: [ciba],
  });
