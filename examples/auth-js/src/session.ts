interface Session {
  readonly user: { readonly name: string; readonly email: string };
}

/** Who is signed in, by Auth.js. */
export async function getSession(): Promise<Session | null> {
  return (await fetch('/auth/session')).json() as Promise<Session | null>;
}

export async function signOut(): Promise<void> {
  const { csrfToken } = (await (await fetch('/auth/csrf')).json()) as { csrfToken: string };
  await fetch('/auth/signout', {
    method: 'POST',
    headers: { 'x-auth-return-redirect': '1' },
    body: new URLSearchParams({ csrfToken }),
  });
}
