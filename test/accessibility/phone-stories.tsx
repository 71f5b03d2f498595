import type { ComponentType } from 'react';
import { CibaProvider } from 'react-ciba';
import { cleanup, render } from 'vitest-browser-react';
import devicesMeta, * as deviceStories from '../../stories/ciba-devices.stories.js';
import inboxMeta, * as inboxStories from '../../stories/inbox.stories.js';
import setupMeta, * as setupStories from '../../stories/inbox-setup.stories.js';
import { directionOf, inboxMessagesOf, messagesOf } from '../../stories/locales.js';
import '../../src/styles/index.css';
// The page around the phone's screen.
import '../../.storybook/preview.css';

interface PhoneScreen {
  readonly name: string;
  readonly component: ComponentType<object>;
  readonly args: object;
  readonly play: ((context: { canvasElement: HTMLElement; canvas: unknown; args: object }) => unknown) | undefined;
}

interface Story {
  readonly args?: object;
  readonly play?: PhoneScreen['play'];
}

function screensOf({ component, args }: { component: unknown; args?: object }, title: string, stories: object) {
  return Object.entries(stories)
    .filter(([name]) => /^[A-Z]/.test(name))
    .map(([name, value]): PhoneScreen => {
      const story = value as Story;
      return {
        name: `${title}: ${name}`,
        component: component as PhoneScreen['component'],
        args: { ...args, ...story.args },
        play: story.play,
      };
    });
}

/** Every story of the phone's side: a new story is measured, too. */
export const phoneScreens: readonly PhoneScreen[] = [
  ...screensOf(inboxMeta, 'Inbox', inboxStories),
  ...screensOf(setupMeta, 'Adding a phone', setupStories),
  ...screensOf(devicesMeta, 'Phones', deviceStories),
];

/** Shows a story in a language and plays it. Returns the phone's screen. */
export async function showOnPhone(
  { component: Component, args, play }: PhoneScreen,
  { locale = 'en', theme = 'light' }: { locale?: string; theme?: 'light' | 'dark' } = {},
): Promise<HTMLElement> {
  await cleanup();
  const page = document.documentElement;
  page.lang = locale;
  page.dir = directionOf(locale);
  page.dataset['theme'] = theme;
  const props = { ...args, messages: inboxMessagesOf(locale) };
  const { container } = await render(
    <CibaProvider messages={messagesOf(locale)}>
      <main className="phone-screen">
        <Component {...props} />
      </main>
    </CibaProvider>,
  );
  const { within } = await import('storybook/test');
  await play?.({ canvasElement: container, canvas: within(container), args });
  return container.querySelector<HTMLElement>('.phone-screen') ?? container;
}
