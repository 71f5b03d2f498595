import type { Meta } from '@storybook/react-vite';
import { CibaError, CibaLogin } from 'react-ciba';
import { expect } from 'storybook/test';
import { signIn, signsIn, StoryLogin, userOf } from './login.js';
import type { LoginStory } from './login.js';

const meta = {
  title: 'States/Sign-in',
  component: StoryLogin,
  subcomponents: { CibaLogin },
  args: { loginHint: 'ada@example.com', backend: { deliveredTo: 'Pixel 9' } },
  // Props that docgen misses because they are inherited.
  argTypes: {
    identifier: { control: 'inline-radio', options: ['email', 'username', 'phone'] },
    layout: { control: 'inline-radio', options: ['card', 'inline'] },
    codeFirst: { control: 'boolean' },
    appLink: { control: 'text' },
    loginHint: { control: 'text' },
    transaction: { control: 'object' },
    messages: { control: 'object' },
  },
} satisfies Meta<typeof StoryLogin>;

export default meta;

const alternatives = <a href="#password">Sign in with a password</a>;

export const Idle: LoginStory = { name: 'Start', args: { loginHint: undefined } };

export const IdleWithKnownUser: LoginStory = { name: 'Start, known user' };

export const IdleWithUsername: LoginStory = {
  name: 'Start, user name',
  args: { loginHint: undefined, identifier: 'username' },
};

export const IdleWithPhoneNumber: LoginStory = {
  name: 'Start, phone number',
  args: { loginHint: undefined, identifier: 'phone' },
};

export const IdleWithAlternatives: LoginStory = {
  name: 'Start, with other ways',
  args: { loginHint: undefined, alternatives },
};

/** For a login on the phone itself, where a code is quicker than a push. */
export const IdleWithCodeFirst: LoginStory = {
  name: 'Code first',
  args: { loginHint: undefined, codeFirst: true },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.type('ada@example.com');
    await user.submit();
    await user.reaches('totpEntry');
  },
};

export const IdleWithKnownUserAndCodeFirst: LoginStory = {
  name: 'Start, known user, code first',
  args: { codeFirst: true },
};

export const IdleWithInvalidAddress: LoginStory = {
  name: 'Start, address refused',
  args: { loginHint: undefined },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.type('ada');
    await user.submit();
    await user.reads('error', 'identifier.emailInvalid');
    await expect(await user.find('input')).toHaveFocus();
  },
};

export const IdleAfterCancel: LoginStory = {
  name: 'Start, after a cancel',
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    await user.press('cancel');
    await user.reads('text', 'idle.after.cancel');
  },
};

/** Without a frame, as part of the app's own page. */
export const Inline: LoginStory = { name: 'Start, without a frame', args: { layout: 'inline', loginHint: undefined } };

export const WithSlots: LoginStory = {
  name: 'Start, every slot filled',
  args: {
    loginHint: undefined,
    logo: <strong>Example Bank</strong>,
    header: <p>You are signing in to online banking.</p>,
    help: <a href="#help">Help with signing in</a>,
    footer: <small>Example Bank never asks for your code on the phone.</small>,
  },
};

export const Pushing: LoginStory = {
  name: 'Sending',
  args: { backend: { faults: { initiate: 'hang' } } },
  play: signsIn('pushing'),
};

export const Polling: LoginStory = { name: 'Waiting', play: signsIn('polling') };

export const PollingWithDisplayCode: LoginStory = {
  name: 'Waiting, number to match',
  args: { backend: { deliveredTo: 'Pixel 9', displayCode: '47' } },
  play: signsIn('polling'),
};

export const PollingWithLongDisplayCode: LoginStory = {
  name: 'Waiting, long order number',
  args: { backend: { deliveredTo: 'Pixel 9', displayCode: '83KM-72QX-P4' } },
  play: signsIn('polling'),
};

/** Codes of six or more characters are shown in groups. */
export const PollingWithGroupedDisplayCode: LoginStory = {
  name: 'Waiting, six digits to match',
  args: { backend: { deliveredTo: 'Pixel 9', displayCode: '492817' } },
  play: async ({ canvasElement }) => {
    await signIn(canvasElement, 'polling');
    const groups = canvasElement.querySelectorAll('[data-part="display-code-group"]');
    await expect([...groups].map((group) => group.textContent)).toEqual(['492', '817']);
  },
};

/** After 25 s, the strip at the foot stands out. What to check if no request arrived is behind it. */
export const PollingWithLateHint: LoginStory = {
  name: 'Waiting, nothing on the phone',
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling', 26);
    await user.find('[data-part="late-hint"][data-late]');
  },
};

/** The help opens below the card, so that nothing in it moves. */
export const PollingWithOpenHelp: LoginStory = {
  name: 'Waiting, help open',
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling', 26);
    (await user.find('summary')).click();
    await user.reads('late-hint-item', 'lateHint.openApp');
  },
};

/** For a login on the phone itself. The link is shown on touch screens only. */
export const PollingWithAppLink: LoginStory = {
  name: 'Waiting, on the phone itself',
  args: { appLink: 'example-authenticator://requests' },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    await expect(await user.find('[data-part="app-link"]')).toHaveAttribute('href', 'example-authenticator://requests');
  },
};

export const PollingWithTransaction: LoginStory = {
  name: 'Waiting, order to approve',
  args: {
    transaction: {
      title: 'Pay 120.00 EUR to Example Shop',
      details: [
        { label: 'Order', value: '2026-0417' },
        { label: 'Pay from', value: 'Current account ··· 4471' },
      ],
    },
  },
  play: signsIn('polling'),
};

/** The ring changes color for the last 30 seconds. */
export const PollingNearTheEnd: LoginStory = { name: 'Waiting, last 30 seconds', play: signsIn('polling', 100) };

/** The cooldown is over, so the request can be sent again. */
export const PollingWithResend: LoginStory = { name: 'Waiting, may send again', play: signsIn('polling', 31) };

export const PollingAfterFailedResend: LoginStory = {
  name: 'Waiting, sending again failed',
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling', 31);
    const { adapter } = await user.stage();
    adapter.faults = { initiate: 'unavailable' };
    await user.press('resend');
    await user.reads('status', 'polling.resendFailed');
  },
};

/** A request can be resent at most three times, so that users aren't worn down by prompts. */
export const PollingAfterLastResend: LoginStory = {
  name: 'Waiting, no more requests',
  args: { backend: { deliveredTo: 'Pixel 9', expiresIn: 600 }, approvalTimeout: Infinity },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    for (const cooldown of [31, 61, 121]) {
      await user.waits(cooldown);
      await user.press('resend');
      await user.reaches('polling');
    }
    await user.reads('button', 'polling.resendLimit');
  },
};

export const PollingReconnecting: LoginStory = {
  name: 'Waiting, reconnecting',
  args: { backend: { deliveredTo: 'Pixel 9', faults: { poll: 'network' } } },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling', 3);
    await user.reads('status', 'polling.reconnecting');
  },
};

export const PollingOffline: LoginStory = {
  name: 'Waiting, offline',
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    (await user.stage()).setOnline(false);
    await user.reads('status', 'polling.offline');
  },
};

export const TotpEntry: LoginStory = {
  name: 'Code, request still open',
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    await user.press('useCode');
    await user.reaches('totpEntry');
    await expect(await user.find('input')).toHaveFocus();
  },
};

export const TotpEntryWithoutPush: LoginStory = {
  name: 'Code',
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('useCode');
    await user.reaches('totpEntry');
  },
};

export const TotpEntryAfterWrongCode: LoginStory = {
  name: 'Code, wrong',
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('useCode');
    await user.enterCode('000000');
    await user.reads('error', 'totpEntry.wrong');
    const field = await user.find('input');
    await expect(field).toHaveValue('');
    await expect(field).toHaveFocus();
  },
};

export const TotpEntryWithoutConnection: LoginStory = {
  name: 'Code, not checked',
  args: { backend: { faults: { verifyTotp: 'network' } } },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('useCode');
    await user.enterCode('123456');
    await user.reads('error', 'totpEntry.fault');
  },
};

export const LockedOut: LoginStory = {
  name: 'Locked out',
  args: { backend: { totp: { attempts: 1, lockout: 60 } } },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('useCode');
    await user.enterCode('000000');
    await user.reaches('lockedOut');
  },
};

/** The phone can still approve. */
export const LockedOutBesidePush: LoginStory = {
  name: 'Locked out, request still open',
  args: { backend: { totp: { attempts: 1, lockout: 60 } } },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    await user.press('useCode');
    await user.enterCode('000000');
    await user.reaches('lockedOut');
  },
};

export const Finishing: LoginStory = {
  name: 'Finishing',
  args: { backend: { phone: 'approve', after: 0 }, onApproved: () => new Promise<void>(() => undefined) },
  play: signsIn('approved', 1),
};

export const Approved: LoginStory = {
  name: 'Approved',
  args: { backend: { phone: 'approve', after: 0 } },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'approved', 1);
    await user.reads('title', 'approved.title');
  },
};

export const Denied: LoginStory = {
  name: 'Denied',
  args: { backend: { phone: 'deny', after: 0 }, alternatives },
  play: signsIn('denied', 1),
};

export const DeniedAndReported: LoginStory = {
  name: 'Denied and reported',
  args: { backend: { phone: 'deny', after: 0 } },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'denied', 1);
    await user.press('report');
    await user.reads('text', 'denied.reported');
  },
};

export const Expired: LoginStory = { name: 'Expired', play: signsIn('expired', 122) };

export const TimedOut: LoginStory = {
  name: 'Still there?',
  args: { approvalTimeout: 60 },
  play: signsIn('timedOut', 61),
};

/** A 200-character address stays inside the card. */
export const LongAddress: LoginStory = {
  name: 'Waiting, 200-character address',
  args: { loginHint: `${'ada.lovelace.'.repeat(14)}ada@mail.example.com`.slice(-200) },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    const root = await user.find('[data-part="root"]');
    await expect(root.scrollWidth).toBeLessThanOrEqual(root.clientWidth);
  },
};

/** External texts are shown as sent: markup stays text, and characters that change the reading order are removed. */
export const HostileTexts: LoginStory = {
  name: 'Waiting, hostile texts',
  args: {
    loginHint: '<b>ada</b>@example.com',
    transaction: {
      title: '<img src="x" alt=""><script>document.title = "gone"</script>Pay 1.00 EUR',
      details: [
        { label: '\u202Erof yaP', value: '\u202Epohs elpmaxE' },
        { label: '</dt></dl><h1>Order</h1>', value: '\u2067שלום\u2069 2026-0417' },
      ],
    },
    backend: { displayCode: '<i>4</i>\u202E7', deliveredTo: '\u202E9 lexiP" onclick="alert(1)' },
  },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    const root = await user.find('[data-part="root"]');
    await expect(root.querySelector('img, script, b, i, h1')).toBeNull();
    await expect(root.textContent).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  },
};

/** The handler gives a reference with each error, and the app says where support is. */
export const FailedWithSupport: LoginStory = {
  name: 'Failed, support can help',
  args: {
    support: '/help',
    backend: {
      faults: { initiate: new CibaError('misconfigured', 'The scope is missing.', { reference: 'K7Q4-MX2P' }) },
    },
  },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'failed');
    await user.reads('title', 'error.misconfigured.title');
  },
};

/** The backend says when to come back. Until then, the button is closed. */
export const FailedUntilATime: LoginStory = {
  name: 'Failed, try again later',
  args: { backend: { faults: { initiate: new CibaError('rateLimited', 'Too many starts.', { retryAfter: 272 }) } } },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'failed');
    await user.reads('title', 'error.rateLimited.title');
  },
};

/** The account itself may be the cause, so the first button goes back to the field. */
export const FailedByTheAccount: LoginStory = {
  name: 'Failed, other account',
  args: { loginHint: undefined, backend: { faults: { initiate: 'noDevice' } } },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.type('ada@example.com');
    await user.submit();
    await user.reaches('failed');
    await user.reads('title', 'error.noDevice.title');
  },
};

/** Some providers let the user type the number on the phone. */
export const WaitingForATypedNumber: LoginStory = {
  name: 'Waiting, number to type',
  args: { backend: { displayCode: '47', displayCodeUse: 'enter' } },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'polling');
    await user.reads('text', 'polling.displayCodeEnter');
  },
};
