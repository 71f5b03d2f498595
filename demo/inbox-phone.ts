import type { PasskeyJson } from 'react-ciba/inbox';
import type { InboxServer } from 'react-ciba/inbox/server';
import { createSoftwarePasskey } from '../src/testing/inbox-phone/passkey.js';
import type { DemoAccount } from './users.js';

/**
 * What the demo's phone needs for its first minute, on computers that can't keep passkeys, too: `POST
 * /phone/passkey/invitation`, and a passkey in software that signs at `POST …/create` and `POST …/get`. The inbox checks it
 * as it checks any other and knows nothing of this. The package has no such passkey for servers.
 */
export function createInboxPhone<Session>(inbox: InboxServer<Session>, { id, email }: DemoAccount, origin: string) {
  let passkey = createSoftwarePasskey(origin);

  return async (request: Request): Promise<Response> => {
    // Otherwise a page on another site could take over the phone.
    if (request.headers.get('origin') !== origin) return Response.json({ error: 'forbidden' }, { status: 403 });
    switch (`${request.method} ${new URL(request.url).pathname}`) {
      case 'POST /phone/passkey/invitation':
        // The user has one phone: the browser that opened it last. With two, the first one would have to approve.
        await inbox.removeDevices(id);
        passkey = createSoftwarePasskey(origin);
        return Response.json(await inbox.invite({ subject: id, name: email }));
      case 'POST /phone/passkey/create':
        return Response.json(passkey.create((await request.json()) as PasskeyJson));
      case 'POST /phone/passkey/get':
        return Response.json(passkey.get((await request.json()) as PasskeyJson));
      default:
        return Response.json({ error: 'not found' }, { status: 404 });
    }
  };
}
