import { CibaProvider } from 'react-ciba';
import { cleanup, render } from 'vitest-browser-react';
import loginMeta, * as loginStories from '../../stories/ciba-login.stories.js';
import errorsMeta, * as errorStories from '../../stories/errors.stories.js';
import { directionOf, messagesOf } from '../../stories/locales.js';
import { StoryLogin } from '../../stories/login.js';
import type { LoginStory, StoryLoginProps } from '../../stories/login.js';
import '../../src/styles/index.css';
// The page around a login, which one without a frame lies on.
import '../../.storybook/preview.css';

export interface LoginScreen {
  readonly name: string;
  readonly args: StoryLoginProps;
  readonly play: LoginStory['play'];
}

function screensOf(args: StoryLoginProps, stories: Record<string, unknown>): LoginScreen[] {
  return Object.entries(stories)
    .filter(([name]) => /^[A-Z]/.test(name))
    .map(([name, value]) => {
      const story = value as LoginStory;
      return { name, args: { ...args, ...story.args }, play: story.play };
    });
}

/** Every story of a login: what is measured here are the screens that Storybook shows, and a new story is measured, too. */
export const screens: readonly LoginScreen[] = [
  ...screensOf(loginMeta.args, loginStories),
  ...screensOf(errorsMeta.args, errorStories),
];

export function screenNamed(name: string): LoginScreen {
  const screen = screens.find((each) => each.name === name);
  if (!screen) throw new Error(`There is no story ${name}.`);
  return screen;
}

export const root = () => {
  const found = document.querySelector<HTMLElement>('[data-scope="ciba-login"][data-part="root"]');
  if (!found) throw new Error('There is no login on the page.');
  return found;
};

/** Shows a story in a language and plays it, with its time standing still. */
export async function show({ args, play }: LoginScreen, { locale = 'en', theme = 'light', ...more }: ShowOptions = {}) {
  await cleanup();
  const page = document.documentElement;
  page.lang = locale;
  page.dir = directionOf(locale);
  page.dataset['theme'] = theme;
  const { container } = await render(
    <CibaProvider messages={messagesOf(locale)}>
      <StoryLogin {...args} {...more} still />
    </CibaProvider>,
  );
  await play?.({ canvasElement: container });
  return root();
}

export interface ShowOptions extends Partial<StoryLoginProps> {
  locale?: string;
  theme?: 'light' | 'dark';
}
