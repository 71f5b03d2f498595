import { createElement } from 'react';
import type { ComponentType, ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import * as library from 'react-ciba';
import { en, enSessions, enSetup } from 'react-ciba/locales/en';
import * as sessions from 'react-ciba/sessions';
import * as setup from 'react-ciba/totp-setup';
import 'react-ciba/styles.css';
import { clearAllMocks, within } from 'storybook/test';
import { beforeAll, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { StoryLogin } from '../../stories/login.js';
import page from '../../docs/components.md?raw';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { createMarks, createPartWatch } from './component-parts.js';
import { fillPage, toReference } from './components-page.js';

const described = new Map((await commands.describeComponents()).map((component) => [component.name, component]));
const names = new Map<unknown, string>(
  [
    ...Object.entries({ ...library, ...sessions, ...setup }),
    ...Object.entries(library.Login).map(([name, value]) => [`Login.${name}`, value] as const),
  ].flatMap(([name, value]) => (described.has(name) ? [[value, name]] : [])),
);

interface Story {
  readonly args?: object;
  readonly render?: (args: object) => ReactNode;
  readonly play?: (context: object) => Promise<void> | void;
}

type StoryFile = Record<string, Story> & { readonly default: Story & { readonly component: ComponentType<object> } };

// Every story of a component. The others show the same on another backend, on the real clock, or something else.
const files = import.meta.glob<StoryFile>(
  [
    '../../stories/*.stories.tsx',
    '!**/{approval-uses,authsec,ciba-devices,custom-ui,gallery,inbox,inbox-setup,matrix,playground,theming,two-screens}.stories.tsx',
  ],
  { eager: true },
);

const sources = import.meta.glob<string>('../../src/{components,sessions,totp-setup}/**/*.tsx', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Every slot of the login filled, so that its parts show on every screen that has them. */
const slots = Object.fromEntries(
  (described.get('CibaLogin')?.props ?? []).flatMap(({ name, type }) =>
    type.startsWith('ReactNode') ? [[name, name]] : [],
  ),
);

const { mark, keysIn } = createMarks();
const messages = mark(en);
const setupMessages = { ...messages, ...mark(enSetup) };
const sessionsMessages = { ...messages, ...mark(enSessions) };
const watch = createPartWatch(names, keysIn);

/** Plays a story while time passes in the world around it, and then some more of it. */
async function play(meta: StoryFile['default'], story: Story): Promise<void> {
  clearAllMocks();
  const world = createFakeEnvironment();
  let passing = Promise.resolve();
  const pass = (seconds: number) => (passing = passing.then(() => world.advance(seconds * 1000)));
  const args = {
    ...(meta.component === StoryLogin && slots),
    ...(meta.component === setup.TotpSetup && { messages: setupMessages }),
    ...(meta.component === sessions.CibaSessions && { messages: sessionsMessages }),
    ...meta.args,
    ...story.args,
  };
  const canvasElement = document.body.appendChild(document.createElement('div'));
  const stopWatching = watch.watch(canvasElement);
  const tree = createRoot(canvasElement);
  flushSync(() =>
    tree.render(
      <library.CibaProvider messages={messages} environment={world.environment}>
        {story.render?.(args) ?? createElement(meta.component, args)}
      </library.CibaProvider>,
    ),
  );
  const timer = setInterval(() => void pass(1), 250);
  await story.play?.({ canvasElement, canvas: within(canvasElement), args });
  clearInterval(timer);
  await pass(120);
  stopWatching();
  flushSync(() => tree.unmount());
  canvasElement.remove();
}

beforeAll(async () => {
  for (const { default: meta, ...stories } of Object.values(files)) {
    for (const [name, story] of Object.entries(stories)) {
      if (!/^[A-Z]/.test(name)) continue;
      await play(meta, story).catch((cause: unknown) => {
        throw new Error(`The story ${name} failed.`, { cause });
      });
    }
  }
}, 120_000);

test('some story shows every component, every part and every text', () => {
  const written = Object.values(sources).flatMap((source) =>
    Array.from(
      source.matchAll(/data-part="([\w-]+)"|createPart\('\w+', '([\w-]+)'/g),
      ([, named, made]) => named ?? made,
    ),
  );
  const parts = new Set([...watch.parts.values()].map(({ part }) => part));
  expect(written.length).toBeGreaterThan(40);
  expect(written.filter((part) => part !== undefined && !parts.has(part))).toEqual([]);

  const seen = [...watch.components.values()];
  const shown = new Set(seen.flatMap((component) => [...component.messages]));
  expect([...described.keys()].filter((name) => !watch.components.has(name))).toEqual(['CibaProvider']);
  expect(Object.keys({ ...setupMessages, ...sessionsMessages }).filter((key) => !shown.has(key))).toEqual([
    // Said when the reference was copied, for which a test browser has no permission.
    'error.referenceCopied',
    // The name of a downloaded file.
    'setup.fileName',
  ]);
});

test('docs/components.md says what the components are (npm run docs:components writes it anew)', async () => {
  const reference = toReference({ described, seen: watch.components, parts: watch.parts }, (specifier) =>
    Object.keys(
      { 'react-ciba/totp-setup': setupMessages, 'react-ciba/sessions': sessionsMessages }[specifier] ?? messages,
    ),
  );
  await expect(fillPage(page, reference)).toMatchFileSnapshot('../../docs/components.md');
});
