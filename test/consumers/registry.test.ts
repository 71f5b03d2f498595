import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { close, listen } from '../../demo/loopback.js';
import { installPackages, openFolder } from './app.js';
import type { App, Server } from './app.js';
import { describeLogin, expectNoViolations, open, pass, press, seen, title } from './behaviors.js';
import { complaints, page, reach } from './user.js';

// docs/custom-ui.md, "shadcn/ui": the items of the registry in a new Vite app and in a new Next app, installed by shadcn's
// own command: by name from a server, and by path from the installed package.

const SHADCN = '4.23.0';
const ITEMS = ['ciba-login', 'ciba-login-split', 'ciba-approval', 'totp-input'];
const root = fileURLToPath(new URL('../..', import.meta.url));

const VERSIONS = {
  '@tanstack/react-query': '^5.90.0',
  '@types/react': '^19.0.0',
  '@types/react-dom': '^19.0.0',
  react: '^19.0.0',
  'react-dom': '^19.0.0',
  tailwindcss: '4.3.5',
  typescript: '5.9.3',
};

/** As shadcn's `init` writes them for its neutral theme. */
const SHEET = `@import 'tailwindcss';
@custom-variant dark (&:is(.dark *));
:root {
  --radius: 0.625rem; --background: oklch(1 0 0); --foreground: oklch(0.145 0 0);
  --card: oklch(1 0 0); --card-foreground: oklch(0.145 0 0);
  --primary: oklch(0.205 0 0); --primary-foreground: oklch(0.985 0 0);
  --muted: oklch(0.97 0 0); --muted-foreground: oklch(0.556 0 0);
  --accent: oklch(0.97 0 0); --accent-foreground: oklch(0.205 0 0);
  --destructive: oklch(0.577 0.245 27.325); --border: oklch(0.922 0 0); --ring: oklch(0.708 0 0);
}
.dark {
  --background: oklch(0.145 0 0); --foreground: oklch(0.985 0 0);
  --card: oklch(0.205 0 0); --card-foreground: oklch(0.985 0 0);
  --primary: oklch(0.922 0 0); --primary-foreground: oklch(0.205 0 0);
  --muted: oklch(0.269 0 0); --muted-foreground: oklch(0.708 0 0);
  --accent: oklch(0.269 0 0); --accent-foreground: oklch(0.985 0 0);
  --destructive: oklch(0.704 0.191 22.216); --border: oklch(1 0 0 / 10%); --ring: oklch(0.556 0 0);
}
@theme inline {
  --radius-md: calc(var(--radius) - 2px); --radius-xl: calc(var(--radius) + 4px);
  --color-background: var(--background); --color-foreground: var(--foreground);
  --color-card: var(--card); --color-card-foreground: var(--card-foreground);
  --color-primary: var(--primary); --color-primary-foreground: var(--primary-foreground);
  --color-muted: var(--muted); --color-muted-foreground: var(--muted-foreground);
  --color-accent: var(--accent); --color-accent-foreground: var(--accent-foreground);
  --color-destructive: var(--destructive); --color-border: var(--border); --color-ring: var(--ring);
}
@layer base { * { @apply border-border; } body { @apply bg-background text-foreground; } }
`;

/** Shows the login that the case names, and hands the test what is in the page. */
const HARNESS = `'use client';
import { useEffect, useState } from 'react';
import { CibaLogin } from '@/components/ciba-login';
import { CibaLoginSplit } from '@/components/ciba-login-split';
import { CibaApproval } from '@/components/ciba-approval';
import { TotpInput } from '@/components/totp-input';
import { createMemoryAdapter, type MemoryAdapterOptions, type MemorySession } from 'react-ciba/adapters/memory';

const LOGINS = { CibaLogin, CibaLoginSplit };
export interface Case {
  ui: keyof typeof LOGINS | 'CibaApproval' | 'TotpInput';
  backend?: MemoryAdapterOptions<MemorySession>;
  props?: { loginHint?: string };
  slow?: boolean;
}

export function Harness({ ui, backend = {}, props, slow }: Case) {
  const [adapter] = useState(() => createMemoryAdapter(backend));
  const [approval] = useState(() => {
    const memory = createMemoryAdapter({ displayCode: '47', session: () => ({ id: 'payment' }) });
    const transaction = { title: 'Pay 12.00', amount: { value: '12.00', currency: 'EUR' }, payee: 'Example Shop' };
    return {
      ...memory,
      initiate: async (...given: Parameters<typeof memory.initiate>) => ({ ...(await memory.initiate(...given)), transaction }),
    };
  });
  const [code, setCode] = useState('');
  useEffect(() => {
    Object.assign(window, { adapter, approval, approved: [], reported: 0 });
  }, [adapter, approval]);
  const page = () => window as unknown as { approved: unknown[]; reported: number; finish: () => void };
  const onApproved = (session: unknown) => {
    page().approved.push(session);
    if (slow) return new Promise<void>((resolve) => Object.assign(window, { finish: resolve }));
  };
  if (ui === 'CibaApproval') return <main><CibaApproval id="payment" adapter={approval} onApproved={onApproved} /></main>;
  if (ui === 'TotpInput') return <main><TotpInput aria-label="Code" onComplete={setCode} /><p>Typed: {code}</p></main>;
  const Login = LOGINS[ui];
  return (
    <main>
      <Login adapter={adapter} {...props} onApproved={onApproved} onReported={() => void (page().reported += 1)} />
      <input aria-label="Search" />
    </main>
  );
}
`;

const components = (css: string, rsc: boolean, registry: string) => ({
  $schema: 'https://ui.shadcn.com/schema.json',
  style: 'new-york',
  rsc,
  tsx: true,
  tailwind: { config: '', css, baseColor: 'neutral', cssVariables: true, prefix: '' },
  aliases: {
    components: '@/components',
    utils: '@/lib/utils',
    ui: '@/components/ui',
    lib: '@/lib',
    hooks: '@/hooks',
  },
  registries: { '@ciba': `${registry}/{name}.json` },
});

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'esnext',
  moduleResolution: 'bundler',
  jsx: 'react-jsx',
  strict: true,
  noUnusedLocals: true,
  isolatedModules: true,
  skipLibCheck: true,
  noEmit: true,
};

let command: string;
let registry: ReturnType<typeof createServer>;
let registryOrigin: string;
let built: string;

/** What shadcn asks its own registry about each theme. Nothing of it is used, since no color is written. */
const NO_COLORS = {
  inlineColors: { light: {}, dark: {} },
  cssVars: { light: {}, dark: {} },
  inlineColorsTemplate: '',
  cssVarsTemplate: '',
};

beforeAll(async () => {
  const tools = await installPackages('shadcn', {
    shadcn: SHADCN,
    '@tanstack/react-query': '^5.90.0',
    react: '^19.0.0',
  });
  command = join(tools.folder, 'node_modules/.bin/shadcn');
  await cp(join(root, 'registry'), join(tools.folder, 'registry'), { recursive: true });
  await openFolder(join(tools.folder, 'registry')).exec('node', command, 'build', '--output', '../served');
  built = join(tools.folder, 'served');
  registry = createServer((request, response) => {
    const name = request.url?.slice(1) ?? '';
    const file = join(built, name);
    const text = name === 'colors/neutral.json' ? JSON.stringify(NO_COLORS) : existsSync(file) && readFileSync(file);
    response.writeHead(text ? 200 : 404, { 'content-type': 'application/json' }).end(text || undefined);
  });
  registryOrigin = `http://localhost:${await listen(registry)}`;
});

afterAll(() => close(registry));

/** Fills an app with files, and adds the items to it as a developer does. */
async function addItems(app: App, files: Record<string, string>, items: readonly string[]): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(app.folder, file)), { recursive: true });
    await writeFile(join(app.folder, file), text);
  }
  const before = await readFile(join(app.folder, 'package.json'), 'utf8');
  await app.exec('env', `REGISTRY_URL=${registryOrigin}`, 'node', command, 'add', '--yes', ...items);
  const dependencies = (text: string) => (JSON.parse(text) as { dependencies: object }).dependencies;
  expect(dependencies(await readFile(join(app.folder, 'package.json'), 'utf8'))).toEqual(dependencies(before));
}

test('the package has the items as shadcn builds them', async () => {
  for (const name of ITEMS) {
    const read = async (folder: string) => JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as unknown;
    expect(await read(join(root, 'dist/registry'))).toEqual(await read(built));
  }
});

function describeApp(origin: () => string, login: string): void {
  afterEach(() => {
    expect(complaints).toEqual([]);
  });

  describe(login, () => describeLogin(origin, login));

  test.each(['ltr', 'rtl'])('%s, dark, 320 px wide: nothing sticks out, and all can be read', async (direction) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(origin(), {
      ui: login,
      backend: { deliveredTo: 'Pixel 9'.repeat(8), displayCode: '83KM72QXP4AB' },
      props: { loginHint: `${'ada.lovelace.'.repeat(14)}ada@example.com` },
    });
    await page.evaluate(`Object.assign(document.documentElement, { dir: '${direction}', className: 'dark' })`);
    for (const [act, heading] of [
      ['idle.start', 'polling.title'],
      ['action.useCode', 'totpEntry.title'],
    ] as const) {
      await press(act);
      await title(heading);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      const heights = await page.evaluate<number[]>(
        "Array.from(document.querySelectorAll('button'), (button) => button.getBoundingClientRect().height)",
      );
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(24);
      await expectNoViolations();
    }
  });

  test('an approval: what is approved, then who did it', async () => {
    await open(origin(), { ui: 'CibaApproval' });
    await title('polling.title');
    await seen('€12.00');
    await seen(/Example Shop/);
    await expectNoViolations();
    await page.evaluate('approval.phone.approve()');
    await pass(2);
    await reach('approved');
    expect(await page.evaluate('approved')).toEqual([{ id: 'payment' }]);
  });

  test('a code field: each digit is in its box', async () => {
    await open(origin(), { ui: 'TotpInput' });
    await page.getByLabel('Code').click();
    await page.keyboard.type('123456');
    await seen('Typed: 123456');
    const [field, boxes] = await page.evaluate<[number, number]>(`(() => {
      const input = document.querySelector('[data-scope="totp-input"] input');
      const slots = document.querySelectorAll('[data-part="slot"]');
      const pitch = slots[1].getBoundingClientRect().left - slots[0].getBoundingClientRect().left;
      const canvas = document.createElement('canvas').getContext('2d');
      const style = getComputedStyle(input);
      canvas.font = style.font;
      return [canvas.measureText('0').width + parseFloat(style.letterSpacing), pitch];
    })()`);
    expect(field).toBeCloseTo(boxes, 0);
    await expectNoViolations();
  });
}

test('the list is that of <CibaLogin>', async () => {
  const titles = async (file: string) => {
    const [list = ''] = (await readFile(join(root, 'test', file), 'utf8')).split('UIS.slice(1)');
    return Array.from(list.matchAll(/^ {2}test(?:\.each\([^)]*\))?\(\s*'([^']+)'/gm), ([, name]) => name);
  };
  const list = await titles('components/custom-ui.browser.test.tsx');
  expect(list.length).toBeGreaterThan(15);
  expect(await titles('consumers/behaviors.ts')).toEqual(list);
});

describe('a Vite app, by name from a registry', () => {
  let server: Server;

  beforeAll(async () => {
    const app = await installPackages('registry-vite', {
      ...VERSIONS,
      '@tailwindcss/vite': '4.3.5',
      '@vitejs/plugin-react': '^6.0.0',
      vite: '^8.0.0',
    });
    const files = {
      'components.json': JSON.stringify(components('src/index.css', false, registryOrigin)),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { ...compilerOptions, types: ['vite/client'], paths: { '@/*': ['./src/*'] } },
        include: ['src'],
      }),
      'vite.config.js': `import tailwindcss from '@tailwindcss/vite';
        import react from '@vitejs/plugin-react';
        import { fileURLToPath } from 'node:url';
        const src = fileURLToPath(new URL('./src', import.meta.url));
        const preview = { port: Number(process.env.PORT), strictPort: true };
        export default { plugins: [react(), tailwindcss()], resolve: { alias: { '@': src } }, preview };`,
      'index.html':
        '<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>',
      'src/index.css': SHEET,
      'src/harness.tsx': HARNESS,
      'src/main.tsx': `import { createRoot } from 'react-dom/client';
        import { Harness, type Case } from '@/harness';
        import './index.css';
        const given = JSON.parse(new URLSearchParams(location.search).get('case') ?? '{"ui":"CibaLogin"}') as Case;
        createRoot(document.getElementById('root') as HTMLElement).render(<Harness {...given} />);`,
    };
    await addItems(
      app,
      files,
      ITEMS.map((name) => `@ciba/${name}`),
    );
    await app.exec('npx', 'tsc', '-p', '.');
    await app.exec('npx', 'vite', 'build');
    server = await app.serve(['node', 'node_modules/vite/bin/vite.js', 'preview', '--host', 'localhost'], {});
  });
  afterAll(() => server?.stop());

  describeApp(() => server.origin, 'CibaLogin');
});

describe('a Next app, by path from the package', () => {
  let server: Server;

  beforeAll(async () => {
    const app = await installPackages('registry-next', {
      ...VERSIONS,
      '@tailwindcss/postcss': '4.3.5',
      '@types/node': '^20.19.0',
      next: '16.4.6',
    });
    const files = {
      'components.json': JSON.stringify(components('app/globals.css', true, registryOrigin)),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { ...compilerOptions, plugins: [{ name: 'next' }], paths: { '@/*': ['./*'] } },
        include: ['next-env.d.ts', '**/*.ts', '**/*.tsx', '.next/types/**/*.ts'],
        exclude: ['node_modules'],
      }),
      'postcss.config.mjs': "export default { plugins: { '@tailwindcss/postcss': {} } };",
      'app/globals.css': SHEET,
      'app/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
      'app/layout.tsx': `import './globals.css';
        export const metadata = { title: 'Shop' };
        export default function Layout({ children }: { children: React.ReactNode }) {
          return <html lang="en"><body>{children}</body></html>;
        }`,
      'app/page.tsx': `import { Harness, type Case } from '@/harness';
        export default async function Page({ searchParams }: { searchParams: Promise<{ case?: string }> }) {
          const given = JSON.parse((await searchParams).case ?? '{"ui":"CibaLogin"}') as Case;
          return <Harness {...given} />;
        }`,
      'harness.tsx': HARNESS,
    };
    await addItems(
      app,
      files,
      ITEMS.map((name) => `./node_modules/react-ciba/dist/registry/${name}.json`),
    );
    await app.exec('npx', 'next', 'build');
    server = await app.serve(['node', 'node_modules/next/dist/bin/next', 'start'], {});
  });
  afterAll(() => server?.stop());

  describeApp(() => server.origin, 'CibaLoginSplit');
});
