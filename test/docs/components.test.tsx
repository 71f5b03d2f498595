import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createElement, type ComponentType, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import * as library from 'react-ciba';
import { en, enSetup } from 'react-ciba/locales/en';
import * as setup from 'react-ciba/totp-setup';
import { clearAllMocks, within } from 'storybook/test';
import { beforeAll, expect, test } from 'vitest';
import { entries } from '../../vite.config.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { createMarks, createPartWatch } from './component-parts.js';
import { describeComponents } from './component-props.js';
import { fillPage, toReference } from './components-page.js';

const root = join(import.meta.dirname, '../../');
const described = describeComponents(
  root,
  entries.filter(({ specifier }) => ['react-ciba', 'react-ciba/totp-setup'].includes(specifier)),
);
const names = new Map<unknown, string>(
  Object.entries({ ...library, ...setup }).flatMap(([name, value]) => (described.has(name) ? [[value, name]] : [])),
);

interface Story {
  readonly args?: object;
  readonly render?: (args: object) => ReactNode;
  readonly play?: (context: object) => Promise<void> | void;
}

type StoryFile = Record<string, Story> & { readonly default: Story & { readonly component: ComponentType<object> } };

// Every story of a component. The others show the same on another backend, on the real clock, or something else.
const files = import.meta.glob<StoryFile>(
  ['../../stories/*.stories.tsx', '!**/{authsec,gallery,playground}.stories.tsx'],
  { eager: true },
);
/** jsdom fails where a label passes a click on to its field. */
const NOT_IN_JSDOM = ['Focused'];

const { mark, keysIn } = createMarks();
const messages = mark(en);
const setupMessages = { ...messages, ...mark(enSetup) };
const watch = createPartWatch(names, keysIn);

/** A turn of the real event loop, in which React renders what is due. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** Plays a story, then lets time pass in its world and in the one around it. */
async function play(meta: StoryFile['default'], story: Story): Promise<void> {
  clearAllMocks();
  const world = createFakeEnvironment();
  const args = { ...meta.args, ...story.args, ...(meta.component === setup.TotpSetup && { messages: setupMessages }) };
  const canvasElement = document.body.appendChild(document.createElement('div'));
  const stopWatching = watch.watch(canvasElement);
  const page = createRoot(canvasElement);
  page.render(
    <library.CibaProvider messages={messages} environment={world.environment}>
      {(story.render ?? meta.render)?.(args) ?? createElement(meta.component, args)}
    </library.CibaProvider>,
  );
  await turn();
  await story.play?.({ canvasElement, canvas: within(canvasElement), args });
  for (let seconds = 0; seconds < 120; seconds += 1) await world.advance(1000);
  await turn();
  stopWatching();
  page.unmount();
  canvasElement.remove();
}

beforeAll(async () => {
  // The stories are played as in Storybook, where no test waits for React.
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
  for (const { default: meta, ...stories } of Object.values(files)) {
    for (const [name, story] of Object.entries(stories)) {
      if (!/^[A-Z]/.test(name) || NOT_IN_JSDOM.includes(name)) continue;
      await play(meta, story).catch((cause: unknown) => {
        throw new Error(`The story ${name} failed.`, { cause });
      });
    }
  }
}, 120_000);

test('some story shows every component and every text', () => {
  const seen = [...watch.components.values()];
  const shown = new Set(seen.flatMap((component) => [...component.messages]));
  expect([...described.keys()].filter((name) => !watch.components.has(name))).toEqual(['CibaProvider']);
  expect(Object.keys(setupMessages).filter((key) => !shown.has(key))).toEqual([
    // The name of a downloaded file.
    'setup.fileName',
  ]);
});

test('docs/components.md says what the components are (npm run docs:components writes it anew)', async () => {
  const page = join(root, 'docs/components.md');
  const reference = toReference({ described, seen: watch.components, parts: watch.parts }, (specifier) =>
    Object.keys(specifier === 'react-ciba' ? messages : setupMessages),
  );
  await expect(fillPage(readFileSync(page, 'utf8'), reference)).toMatchFileSnapshot('../../docs/components.md');
});
