import type { Meta, StoryObj } from '@storybook/react-vite';
import { useEffect, useState } from 'react';
import { CibaLogin } from 'react-ciba';
import type { CibaLoginProps, LoginVerb } from 'react-ciba';
import type { MemoryAdapter, MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { createResume } from 'react-ciba/machine';
import { expect, fn, userEvent, waitFor, within } from 'storybook/test';
import { createFilm, Filmstrip } from './filmstrip.js';
import type { Film } from './filmstrip.js';
import { createStage, userOf } from './login.js';
import { Phone } from './phone.js';

interface BrowserProps extends Omit<CibaLoginProps<MemorySession>, 'adapter' | 'environment'> {
  backend?: MemoryAdapterOptions<MemorySession>;
  /** Whether the backend returns a session only once, as AuthSec does. */
  handsOutOnce?: boolean;
}

type Stage = ReturnType<typeof createStage>;

/** The stage of the current story. */
let stage: Stage;

function handOutOnce(adapter: MemoryAdapter<MemorySession>): MemoryAdapter<MemorySession> {
  let handedOut = false;
  return {
    ...adapter,
    async poll(pending, options) {
      const answer = await adapter.poll(pending, options);
      if (answer.status !== 'approved') return answer;
      if (handedOut) return { status: 'expired' };
      handedOut = true;
      return answer;
    },
  };
}

/** A browser with the app in one or two tabs, and the user's phone. The browser can reload and lose its network. */
function Browser({ backend = {}, handsOutOnce = false, ...props }: BrowserProps) {
  const [{ adapter, here }] = useState(() => {
    const here = createStage({ deliveredTo: 'Pixel 9', resumable: true, ...backend });
    stage = here;
    return { here, adapter: handsOutOnce ? handOutOnce(here.adapter) : here.adapter };
  });
  // Incrementing the number reloads the page.
  const [tabs, setTabs] = useState([1]);
  const [online, setOnline] = useState(true);

  useEffect(() => {
    const timer = setInterval(() => void here.pass(1), 1000);
    return () => clearInterval(timer);
  }, [here]);

  return (
    <>
      <div className="scene">
        {tabs.map((load, index) => (
          <section key={load} aria-label={`Tab ${index + 1}`}>
            <CibaLogin
              resume={createResume(here.environment)}
              adapter={adapter}
              environment={here.environment}
              {...props}
            />
          </section>
        ))}
        <Phone phone={here.adapter.phone} />
        <div className="scene-browser" role="group" aria-label="Browser" lang="en">
          <button type="button" onClick={() => setTabs(([first = 0, ...others]) => [first + 1, ...others])}>
            Reload
          </button>
          <button type="button" disabled={tabs.length > 1} onClick={() => setTabs(([first = 0]) => [first, -1])}>
            Duplicate the tab
          </button>
          <button
            type="button"
            onClick={() => {
              here.setOnline(!online);
              setOnline(!online);
            }}
          >
            {online ? 'Go offline' : 'Go online'}
          </button>
        </div>
      </div>
      <Filmstrip />
    </>
  );
}

const meta = {
  title: 'States/Flows',
  component: Browser,
  parameters: { layout: 'fullscreen' },
  args: { onApproved: fn(), onEvent: fn() },
} satisfies Meta<typeof Browser>;

export default meta;
type Story = StoryObj<typeof meta>;

/** The user of the first tab, who can also use the phone and the browser's buttons. Each step is a frame of the film. */
function personAt(canvasElement: HTMLElement, film: Film) {
  const user = userOf(canvasElement);
  const click = async (name: string) => {
    film.step(`The user clicks ${name}`);
    await userEvent.click(await user.canvas.findByRole('button', { name }));
  };
  return {
    ...user,
    click,
    press: async (verb: LoginVerb) => {
      film.step(`The user clicks ${(await user.find(`[data-verb="${verb}"]`)).innerText.split('\n')[0]}`);
      await user.press(verb);
    },
    types: async (code: string) => {
      film.step(`The user types ${code}`);
      await user.type(code);
    },
    enterCode: async (code: string) => {
      film.step(`The user enters ${code}`);
      await user.enterCode(code);
    },
    waits: async (seconds: number) => {
      film.step(`${seconds} seconds pass`);
      await stage.pass(seconds);
    },
    startsWithCode: async () => {
      film.step('The user takes a code');
      await user.type('ada@example.com');
      await userEvent.click(await user.find('[data-part="identifier-form"] [data-variant="quiet"]'));
      await user.reaches('totpEntry');
    },
    starts: async () => {
      film.step('The user sends the request');
      await user.type('ada@example.com');
      await user.submit();
      await user.reaches('polling');
    },
    /** Answers the newest request on the phone, or another one, then runs the next poll. */
    answers: async (answer: 'Approve' | 'Deny', id = stage.adapter.phone.requests.at(-1)?.id) => {
      const prompt = await user.find(`[data-request="${id}"]`);
      film.step(`The phone: ${answer}`);
      await userEvent.click(within(prompt).getByRole('button', { name: answer }));
      await stage.pass(2);
    },
  };
}

type Flow = (
  user: ReturnType<typeof personAt>,
  context: { args: BrowserProps; canvasElement: HTMLElement },
) => Promise<void>;

/** Plays a flow and films it. */
const filmed =
  (flow: Flow): NonNullable<Story['play']> =>
  async ({ args, canvasElement }) => {
    const film = createFilm(canvasElement);
    await flow(personAt(canvasElement, film), { args, canvasElement });
    film.end();
  };

/** From the address to the session. */
export const Push: Story = {
  name: 'Approved on the phone',
  play: filmed(async (user, { args }) => {
    await user.starts();
    await user.answers('Approve');
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
    await expect(args.onApproved).toHaveBeenCalledWith({ name: 'ada@example.com' });
  }),
};

/** A wrong code, then the right one. No push is sent. */
export const Code: Story = {
  name: 'A wrong code, then the right one',
  play: filmed(async (user, { args }) => {
    await user.startsWithCode();
    await user.enterCode('000000');
    await user.reads('error', 'totpEntry.wrong');
    await user.enterCode('123456');
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
    await expect(stage.adapter.phone.rings).toBe(0);
  }),
};

/** The approval arrives while the user types a code, and counts. */
export const ApprovedWhileTyping: Story = {
  name: 'Approved while typing a code',
  play: filmed(async (user, { args }) => {
    await user.starts();
    await user.press('useCode');
    await user.types('123');
    await user.answers('Approve');
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** The user denies an unexpected request, then starts one and approves it. */
export const DeniedThenApproved: Story = {
  name: 'Denied, then approved',
  play: filmed(async (user, { args }) => {
    await user.starts();
    await user.answers('Deny');
    await user.reaches('denied');
    await user.press('retry');
    await user.reaches('polling');
    await user.answers('Approve');
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** Someone else denied it. The phone may be in other hands, so no new request is offered. */
export const DeniedAndReported: Story = {
  name: 'Denied and reported',
  play: filmed(async (user, { canvasElement }) => {
    await user.starts();
    await user.answers('Deny');
    await user.reaches('denied');
    await user.press('report');
    await user.reads('text', 'denied.reported');
    await expect(canvasElement.querySelector('[data-verb="retry"]')).toBeNull();
  }),
};

/** The request expires unanswered. Nothing is resent until the user asks for it. */
export const Expired: Story = {
  name: 'Expired, then sent again',
  args: { backend: { expiresIn: 60 } },
  play: filmed(async (user) => {
    await user.starts();
    await user.waits(62);
    await user.reaches('expired');
    await expect(stage.adapter.phone.rings).toBe(1);
    await user.press('retry');
    await user.reaches('polling');
    await user.answers('Approve');
    await user.reaches('approved');
  }),
};

/** Three wrong codes, a wait, and the right one. */
export const LockedOut: Story = {
  name: 'Locked out, then let in',
  args: { backend: { totp: { attempts: 3, lockout: 30 } } },
  play: filmed(async (user, { args, canvasElement }) => {
    await user.startsWithCode();
    for (const wrong of ['111111', '222222', '333333']) {
      await user.enterCode(wrong);
      await waitFor(() => expect(canvasElement.querySelector('input')?.value ?? '').toBe(''));
    }
    await user.reaches('lockedOut');
    await user.waits(31);
    await user.reaches('totpEntry');
    await user.enterCode('123456');
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** The app stops waiting before the request expires, and asks the user. */
export const KeepsWaiting: Story = {
  name: 'Still there, keeps waiting',
  args: { approvalTimeout: 45 },
  play: filmed(async (user) => {
    await user.starts();
    await user.waits(46);
    await user.reaches('timedOut');
    await user.press('keepWaiting');
    await user.reaches('polling');
    await user.answers('Approve');
    await user.reaches('approved');
    await expect(stage.adapter.phone.rings).toBe(1);
  }),
};

/** After a resend, the user approves the first request. It counts until it expires. */
export const SentAgain: Story = {
  name: 'Sent again',
  play: filmed(async (user, { args }) => {
    await user.starts();
    await user.waits(31);
    await user.press('resend');
    await waitFor(() => expect(user.canvas.getAllByRole('button', { name: 'Approve' })).toHaveLength(2));
    await user.answers('Approve', stage.adapter.phone.requests[0]?.id);
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** The network is lost, the phone approves, and the network returns. */
export const OfflineForAWhile: Story = {
  name: 'Offline for a while',
  play: filmed(async (user) => {
    await user.starts();
    await user.click('Go offline');
    await user.reads('status', 'polling.offline');
    await user.waits(10);
    await user.click('Go online');
    await user.reads('announcer', 'polling.reconnected');
    await user.answers('Approve');
    await user.reaches('approved');
  }),
};

/** A reload continues with the same request and sends no push. */
export const Reloaded: Story = {
  name: 'Page reloaded',
  play: filmed(async (user, { args }) => {
    await user.starts();
    await user.click('Reload');
    await user.reaches('polling');
    await expect(stage.adapter.phone.rings).toBe(1);
    await user.answers('Approve');
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** Two tabs wait for one request. Only one polls at a time, and both sign in. */
export const TwoTabs: Story = {
  name: 'Two tabs',
  play: filmed(async (user, { args }) => {
    await user.starts();
    await user.click('Duplicate the tab');
    const second = userOf(await user.find('[aria-label="Tab 2"]'));
    await second.reaches('polling');
    await user.answers('Approve');
    await user.waits(5);
    await user.reaches('approved');
    await second.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(2);
    const polls = stage.adapter.calls.filter(({ method }) => method === 'poll');
    await expect(Math.max(...polls.map(({ inFlight }) => inFlight))).toBe(1);
  }),
};

/** A backend that returns a session only once: one tab signs in, and the other one says so. */
export const TwoTabsOneSession: Story = {
  name: 'Two tabs, one session',
  args: { handsOutOnce: true },
  play: filmed(async (user, { args }) => {
    await user.starts();
    await user.click('Duplicate the tab');
    const second = userOf(await user.find('[aria-label="Tab 2"]'));
    await second.reaches('polling');
    await user.answers('Approve');
    await user.waits(15);
    await user.reads('text', 'idle.after.otherTab');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** Canceling removes the request from the phone, if the backend supports it. */
export const Cancelled: Story = {
  name: 'Canceled',
  play: filmed(async (user) => {
    await user.starts();
    await waitFor(() => expect(user.canvas.getByRole('button', { name: 'Approve' })).toBeVisible());
    await user.press('cancel');
    await user.reads('text', 'idle.after.cancel');
    await waitFor(() => expect(user.canvas.getByText('No request')).toBeVisible());
  }),
};
