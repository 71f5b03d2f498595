import type { Meta } from '@storybook/react-vite';
import { CibaLogin } from 'react-ciba';
import type { CibaErrorCode } from 'react-ciba';
import { signIn, StoryLogin } from './login.js';
import type { LoginStory } from './login.js';

// One story per error code, named after the code. It shows what the user reads if the backend fails the start with it.
const meta = {
  title: 'States/Errors',
  component: StoryLogin,
  subcomponents: { CibaLogin },
  args: { loginHint: 'ada@example.com' },
} satisfies Meta<typeof StoryLogin>;

export default meta;

function failsWith(code: CibaErrorCode): LoginStory {
  return {
    args: { backend: { faults: { initiate: code } } },
    play: async ({ canvasElement }) => {
      const user = await signIn(canvasElement, 'failed');
      await user.reads('title', `error.${code}.title`);
      await user.reads('text', `error.${code}.text`);
    },
  };
}

export const Offline = failsWith('offline');

export const Network = failsWith('network');

export const Timeout = failsWith('timeout');

export const RateLimited = failsWith('rateLimited');

export const Unavailable = failsWith('unavailable');

export const BadResponse = failsWith('badResponse');

export const Unauthorized = failsWith('unauthorized');

export const Forbidden = failsWith('forbidden');

export const NotFound = failsWith('notFound');

export const Misconfigured = failsWith('misconfigured');

export const Refused = failsWith('refused');

export const InReview = failsWith('inReview');

/** The usual cause: the app's `onApproved` rejects. */
export const SessionRefused: LoginStory = {
  args: {
    backend: { phone: 'approve', after: 0 },
    onApproved: () => Promise.reject(new Error('The app refused the session.')),
  },
  play: async ({ canvasElement }) => {
    const user = await signIn(canvasElement, 'failed', 1);
    await user.reads('title', 'error.sessionRefused.title');
  },
};

export const UnknownUser = failsWith('unknownUser');

export const NoDevice = failsWith('noDevice');

export const Unknown = failsWith('unknown');
