/** What is used of a Playwright page. `never` is whatever type Playwright has for a page. */
interface PageWithProtocol {
  context(): { newCDPSession(page: never): Promise<ProtocolSession> };
}

interface ProtocolSession {
  send(method: string, parameters?: object): Promise<unknown>;
  detach(): Promise<void>;
}

/** A phone's screen lock and passkeys in a page, made by `addPhone`. */
export interface AddedPhone {
  /** Takes the passkeys away again. The page then behaves as a browser without any. */
  remove(): Promise<void>;
}

/**
 * Turns a Playwright page into a phone that can keep passkeys, for tests of the phone's page. Its screen lock opens by
 * itself. Only Chromium can do this.
 *
 * @throws Error in Firefox and WebKit
 * @example
 * import type { Page } from 'playwright';
 *
 * declare const page: Page;
 * const phone = await addPhone(page);
 * await page.goto('http://localhost:5173/phone#the-invitation');
 * await phone.remove();
 */
export async function addPhone(page: PageWithProtocol): Promise<AddedPhone> {
  const protocol = await page
    .context()
    .newCDPSession(page as never)
    .catch((cause: unknown) => {
      throw new Error('addPhone() needs Chromium. Run the tests of the phone’s page in that project alone.', { cause });
    });
  await protocol.send('WebAuthn.enable');
  const { authenticatorId } = (await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })) as { readonly authenticatorId: string };
  return {
    async remove() {
      await protocol.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
      await protocol.detach();
    },
  };
}
