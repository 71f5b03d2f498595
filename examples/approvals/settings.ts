import { requireUser, type Shop, type User } from './shop.js';

/** An area: one approval opens it for ten minutes, in this session. */
const askForSettings = (user: User) => ({
  action: 'settings',
  subject: user.sub,
  loginHint: user.email,
  data: null,
  transaction: { title: 'Open your settings' },
  codeAllowed: true,
  goodFor: 600,
});

/** `POST /api/settings { email }` */
export function createSettingsRoute({ approvals }: Shop, emails: Map<string, string>) {
  return async (request: Request): Promise<Response> => {
    const user = requireUser(request);
    const { email } = (await request.clone().json()) as { email: string };
    return approvals.protect(request, askForSettings(user), () => {
      emails.set(user.sub, email);
      return Response.json({ saved: true });
    });
  };
}

/** `POST /api/settings/open`: the button of a page whose area is closed. */
export function createOpenRoute({ approvals }: Shop) {
  return (request: Request): Promise<Response> =>
    approvals.protect(request, askForSettings(requireUser(request)), () => Response.json({ open: true }));
}

/** For a page that is rendered on the server: whether to show the settings, or a button that asks. */
export function areSettingsOpen({ approvals }: Shop, request: Request): Promise<boolean> {
  return approvals.isOpen(request, askForSettings(requireUser(request)));
}
