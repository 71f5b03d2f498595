import type { LoginStory, StoryLoginProps } from './login.js';

/** A screen of a login, to be shown beside others. */
export interface Picture {
  /** The export of its story. */
  name: string;
  /** What Storybook calls it. */
  title: string;
  args: StoryLoginProps;
  story: LoginStory;
}

/** What Storybook calls a story without a name of its own. */
const inWords = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');

/** In file order if Storybook records it. A module's own exports are in alphabetical order. */
export function picturesOf(args: StoryLoginProps, stories: Record<string, unknown>): Picture[] {
  const names = (stories['__namedExportsOrder'] as string[] | undefined) ?? Object.keys(stories);
  return names
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => {
      const story = stories[name] as LoginStory;
      return { name, title: story.name ?? inWords(name), args: { ...args, ...story.args }, story };
    });
}

/** Gives the focus back, since the user of each login had it: a reviewer starts at the top. */
export function leaveFocus(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Makes a picture of a login that was played: it is looked at, and nothing in it can be reached. */
export function settle(element: HTMLElement): void {
  element.inert = true;
  element.dataset['played'] = '';
}
