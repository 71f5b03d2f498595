import { useEffect, useState } from 'react';
import { CibaLogin } from 'react-ciba';
import type { CibaLoginProps, LoginStatus, LoginVerb, Messages } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { createFakeEnvironment } from '../test/support/fake-environment.js';
import { messagesOf } from './locales.js';

export interface StoryLoginProps extends Omit<CibaLoginProps<MemorySession>, 'adapter' | 'environment'> {
  /** The behavior of the backend and the phone. */
  backend?: MemoryAdapterOptions<MemorySession>;
  /** Whether the clock only advances when the story advances it. */
  still?: boolean;
}

/** A story of a login. It only needs an element to render in, so that the gallery can show it too. */
export interface LoginStory {
  /** What the screen is called in Storybook, in a designer's words. */
  name?: string;
  args?: Partial<StoryLoginProps>;
  play?: (context: { canvasElement: HTMLElement }) => Promise<void>;
}

/** An environment whose clock and network the story controls, with its backend. */
export function createStage(backend: MemoryAdapterOptions<MemorySession>) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ ...backend, clock: world.environment.clock });
  let last = Promise.resolve();
  return {
    environment: world.environment,
    adapter,
    /** Advances the clock instantly, one call after the other. */
    pass: (seconds: number) => (last = last.then(() => world.advance(seconds * 1000))),
    setOnline: (online: boolean) => world.change({ online }),
  };
}

const stages = new WeakMap<Element, ReturnType<typeof createStage>>();

/** A login with its own backend and environment, so that a story starts over each time it is opened. */
export function StoryLogin({ backend = {}, still = false, ...props }: StoryLoginProps) {
  const [stage] = useState(() => createStage(backend));
  useEffect(() => {
    if (still) return undefined;
    const timer = setInterval(() => void stage.pass(1), 1000);
    return () => clearInterval(timer);
  }, [stage, still]);
  return (
    <CibaLogin
      ref={(root) => void (root && stages.set(root, stage))}
      adapter={stage.adapter}
      environment={stage.environment}
      {...props}
    />
  );
}

/** Acts on a story as its user. It relies on verbs and parts, so that it works in every language. */
export function userOf(canvasElement: HTMLElement) {
  const find = (selector: string) =>
    waitFor(() => {
      const element = canvasElement.querySelector<HTMLElement>(selector);
      if (!element) throw new Error(`The story doesn't show ${selector}.`);
      return element;
    });
  const user = {
    canvas: within(canvasElement),
    find,
    press: async (verb: LoginVerb) => userEvent.click(await find(`[data-verb="${verb}"]`)),
    submit: async () => userEvent.click(await find('[data-variant="primary"]')),
    type: async (text: string) => userEvent.type(await find('input'), text),
    enterCode: async (code: string) => {
      await user.type(code);
      await user.submit();
    },
    reaches: (status: LoginStatus) =>
      waitFor(() => expect(canvasElement.querySelector('[data-part="root"]')).toHaveAttribute('data-state', status), {
        timeout: 5000,
      }),
    /** Waits until a part with this name shows this message. */
    reads: (part: string, key: keyof Messages) =>
      waitFor(() => {
        const texts = [...canvasElement.querySelectorAll(`[data-part="${part}"]`)].map((each) => each.textContent);
        const { lang } = canvasElement.closest<HTMLElement>('[lang]') ?? document.documentElement;
        return expect(texts.join(' ')).toContain(messagesOf(lang)[key]);
      }),
    stage: async () => {
      const stage = stages.get(await find('[data-scope="ciba-login"][data-part="root"]'));
      if (!stage) throw new Error('This story must render a StoryLogin.');
      return stage;
    },
    /** Advances the story's clock by seconds. */
    waits: async (seconds: number) => (await user.stage()).pass(seconds),
  };
  return user;
}

/** Starts the sign-in, advances the clock, and waits for the resulting status. */
export async function signIn(canvasElement: HTMLElement, status: LoginStatus, seconds = 0) {
  const user = userOf(canvasElement);
  await user.press('start');
  await user.waits(seconds);
  await user.reaches(status);
  return user;
}

/** The play function of a story that only shows a status. */
export const signsIn =
  (status: LoginStatus, seconds = 0): NonNullable<LoginStory['play']> =>
  async ({ canvasElement }) => {
    await signIn(canvasElement, status, seconds);
  };
