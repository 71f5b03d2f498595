import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Storybook only creates documentation pages from .mdx files, so the pages that just show a file in docs/ are generated
// before it starts. Pages with more content are in stories/docs.
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}.storybook/pages/`;

/** Titles with a special spelling. */
const TITLES: Readonly<Record<string, string>> = { api: 'API', authsec: 'AuthSec', 'custom-ui': 'Custom UI' };

const LOGIN = 'ciba-login';
/** The story for each component: its file and its name. */
const STORIES: Readonly<Record<string, readonly [file: string, story: string, props?: string] | null>> = {
  CibaLogin: [LOGIN, 'WithSlots'],
  // The open dialog would cover the page.
  CibaLoginDialog: ['ciba-login-dialog', 'Open', ' autoplay={false}'],
  CibaProvider: null,
  CibaSessions: ['ciba-sessions', 'Devices'],
  CodeScreen: [LOGIN, 'TotpEntry'],
  EndScreen: [LOGIN, 'Denied'],
  IdleScreen: [LOGIN, 'IdleWithAlternatives'],
  LockedOutScreen: [LOGIN, 'LockedOut'],
  'Login.Button': [LOGIN, 'DeniedAndReported'],
  'Login.IdentifierForm': [LOGIN, 'IdleWithInvalidAddress'],
  'Login.LateHint': [LOGIN, 'PollingWithLateHint'],
  'Login.Order': [LOGIN, 'PollingWithTransaction'],
  'Login.ResendButton': [LOGIN, 'PollingWithResend'],
  'Login.RetryHint': [LOGIN, 'LockedOut'],
  'Login.Root': [LOGIN, 'IdleWithKnownUser'],
  'Login.ScreenHead': [LOGIN, 'Polling'],
  'Login.StatusDial': [LOGIN, 'PollingWithGroupedDisplayCode'],
  'Login.StatusLine': [LOGIN, 'PollingReconnecting'],
  'Login.Summary': [LOGIN, 'Polling'],
  'Login.VerbButton': [LOGIN, 'TimedOut'],
  LoginScreen: [LOGIN, 'IdleWithKnownUser'],
  Parts: [LOGIN, 'PollingWithDisplayCode'],
  PushingScreen: [LOGIN, 'Pushing'],
  QrCode: ['totp-setup', 'Secret'],
  TotpForm: ['totp', 'Form'],
  TotpInput: ['totp', 'Groups'],
  TotpPeriod: ['totp', 'FormWithPeriod'],
  TotpSetup: ['totp-setup', 'Secret'],
  WaitingScreen: [LOGIN, 'Polling'],
};

const titleOf = (name: string) => TITLES[name] ?? (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('-', ' ');

function docsPage(name: string): string {
  return `import { Meta } from '@storybook/addon-docs/blocks';
import page from '../../docs/${name}.md?raw';
import { DocsPage } from '../../stories/docs/docs-page.tsx';

<Meta title="Engineering/${titleOf(name)}" />

<DocsPage text={page} />
`;
}

function componentPage(name: string): string {
  const shown = STORIES[name];
  if (shown === undefined) throw new Error(`Name a story that shows ${name} in .storybook/pages.ts.`);
  const [file, story, props = ''] = shown ?? [];
  return `import { Meta } from '@storybook/addon-docs/blocks';
${file ? `import * as stories from '../../stories/${file}.stories.tsx';\n` : ''}import { ComponentPage } from '../../stories/docs/component-page.tsx';

<Meta title="Components/${name}" />

<ComponentPage of="${name}"${story ? ` story={stories.${story}}${props}` : ''} />
`;
}

/** The pages by file name: one for each page in docs/, and one for each section of the component reference. */
export function toPages(): Map<string, string> {
  const names = readdirSync(`${root}docs`)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.replace('.md', ''))
    .filter((name) => !existsSync(`${root}stories/docs/${name}.mdx`));
  const reference = readFileSync(`${root}docs/components.md`, 'utf8').split('## Reference')[1] ?? '';
  const components = Array.from(reference.matchAll(/^### (\S+)$/gm), ([, name = '']) => name);
  return new Map([
    ...names.map((name) => [`docs-${name}.mdx`, docsPage(name)] as const),
    ...components.map((name) => [`component-${name}.mdx`, componentPage(name)] as const),
  ]);
}

/** Writes the pages, and removes outdated ones. */
export function writePages(): void {
  const pages = toPages();
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(folder + file, { force: true });
  for (const [file, text] of pages) {
    // Rewriting an unchanged file would make an open Storybook reload.
    if (!existsSync(folder + file) || readFileSync(folder + file, 'utf8') !== text) writeFileSync(folder + file, text);
  }
}
