import { useEffect, useState } from 'react';
import { CibaLogin, type CibaLoginProps, type LoginStatus, type LoginVerb, type Messages } from 'react-ciba';
import { createMemoryAdapter, type MemoryAdapterOptions, type MemorySession } from 'react-ciba/adapters/memory';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { createFakeEnvironment } from '../test/support/fake-environment.js';
import { messagesOf } from './locales.js';

export interface StoryLoginProps extends Omit<CibaLoginProps<MemorySession>, 'adapter' | 'environment'> {
  /** What the backend and the phone do. */
  backend?: MemoryAdapterOptions<MemorySession>;
  /** Whether time stands still but for what the story lets pass. */
  still?: boolean;
}

/** A story of a login. It needs nothing but the place that it is shown in, so that the gallery can show it, too. */
export interface LoginStory {
  args?: Partial<StoryLoginProps>;
  play?: (context: { canvasElement: HTMLElement }) => Promise<void>;
}

/** A world whose time and network a story holds in its hands, and the backend that lives in it. */
export function createStage(backend: MemoryAdapterOptions<MemorySession>) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ ...backend, clock: world.environment.clock });
  let last = Promise.resolve();
  return {
    environment: world.environment,
    adapter,
    /** Lets seconds pass in no time, one call after the other. */
    pass: (seconds: number) => (last = last.then(() => world.advance(seconds * 1000))),
    setOnline: (online: boolean) => world.change({ online }),
  };
}

const stages = new WeakMap<Element, ReturnType<typeof createStage>>();

/** A login on a backend and in a world of its own, so that each visit of a story starts from the beginning. */
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

/** Acts on a story as its user. Goes by verbs and parts, so that it does the same in every language. */
export function userOf(canvasElement: HTMLElement) {
  const find = (selector: string) =>
    waitFor(() => {
      const element = canvasElement.querySelector<HTMLElement>(selector);
      if (!element) throw new Error(`The story shows no ${selector}.`);
      return element;
    });
  const user = {
    canvas: within(canvasElement),
    find,
    press: async (verb: LoginVerb) => userEvent.click(await find(`[data-verb="${verb}"]`)),
    submit: async () => userEvent.click(await find('[type="submit"]')),
    type: async (text: string) => userEvent.type(await find('input'), text),
    enterCode: async (code: string) => {
      await user.type(code);
      await user.submit();
    },
    reaches: (status: LoginStatus) =>
      waitFor(() => expect(canvasElement.querySelector('[data-part="root"]')).toHaveAttribute('data-state', status), {
        timeout: 5000,
      }),
    /** Waits until some part of this name says this message. */
    reads: (part: string, key: keyof Messages) =>
      waitFor(() => {
        const texts = [...canvasElement.querySelectorAll(`[data-part="${part}"]`)].map((each) => each.textContent);
        return expect(texts.join(' ')).toContain(messagesOf(document.documentElement.lang)[key]);
      }),
    stage: async () => {
      const stage = stages.get(await find('[data-scope="ciba-login"][data-part="root"]'));
      if (!stage) throw new Error('This is no StoryLogin.');
      return stage;
    },
    /** Lets seconds pass in the story's world. */
    waits: async (seconds: number) => (await user.stage()).pass(seconds),
  };
  return user;
}

/** Starts the sign-in, lets seconds pass, and waits for the status that the backend leads to. */
export async function signIn(canvasElement: HTMLElement, status: LoginStatus, seconds = 0) {
  const user = userOf(canvasElement);
  await user.press('start');
  await user.waits(seconds);
  await user.reaches(status);
  return user;
}

/** The play function of a story that is about no more than a status. */
export const signsIn =
  (status: LoginStatus, seconds = 0): NonNullable<LoginStory['play']> =>
  async ({ canvasElement }) => {
    await signIn(canvasElement, status, seconds);
  };
