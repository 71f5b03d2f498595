import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { installPackages } from './app.js';
import type { App } from './app.js';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, unknown>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const modules = Object.keys(manifest.exports)
  .filter((name) => !/\.(css|json)$/.test(name))
  .map((name) => name.replace(/^\./, 'react-ciba').replace('*', 'en'));

/** The entries that a React Server Component or a route may import: all that render nothing. */
const rendering = [
  'react-ciba',
  'react-ciba/approvals',
  'react-ciba/inbox',
  'react-ciba/inbox/qr-code',
  'react-ciba/sessions',
  'react-ciba/totp-setup',
  'react-ciba/testing',
];
const serverSafe = modules.filter((name) => !rendering.includes(name));

/** Each under a name of its own, so that one app has them all. */
const TYPESCRIPTS = {
  'typescript-5.8': 'npm:typescript@5.8.3',
  'typescript-5.9': 'npm:typescript@5.9.3',
  'typescript-6.0': 'npm:typescript@6.0.3',
  'typescript-7.0': 'npm:typescript@7.0.2',
};

/** Schemas of three libraries, whose types and rules the adapter takes over. */
const SCHEMAS = {
  zod: "import { z } from 'zod'; const schema = z.object({ name: z.string(), age: z.number().default(36) });",
  valibot:
    "import * as v from 'valibot'; const schema = v.object({ name: v.string(), age: v.optional(v.number(), 36) });",
  arktype: "import { type } from 'arktype'; const schema = type({ name: 'string', age: 'number = 36' });",
};

const useSchema = (schema: string) => `
  import { createHttpAdapter } from 'react-ciba/adapters/http';
  ${schema}
  const adapterOf = (session: unknown) =>
    createHttpAdapter({ session: schema, fetch: async () => Response.json({ session }) });
  const user = await adapterOf({ name: 'Ada' }).session();
  const years: number | undefined = user?.age;
  // @ts-expect-error the schema has no such field
  user?.email;
  console.log(user?.name, years);
  await adapterOf({ name: 5 }).session().catch((error: Error) => console.log(error.message));
`;

let app: App;

beforeAll(async () => {
  const peers = Object.keys(manifest.peerDependencies);
  const versions = peers.map((name) => [name, manifest.devDependencies[name] ?? ''] as const);
  app = await installPackages('entries', {
    ...Object.fromEntries(versions),
    '@types/node': '^20.19.0',
    '@types/react': '^19.0.0',
    ...TYPESCRIPTS,
    zod: '4.6.7',
    valibot: '1.4.0',
    arktype: '2.2.9',
  });
});

describe('each entry stands alone', () => {
  test.each(modules)('import %s', async (name) => {
    await expect(app.exec('node', '-e', `import('${name}')`)).resolves.toBe('');
  });

  test.each(serverSafe)('import %s in a React Server Component', async (name) => {
    await expect(app.exec('node', '--conditions=react-server', '-e', `import('${name}')`)).resolves.toBe('');
  });

  test.each(modules)('require %s from CommonJS', async (name) => {
    // Node 20 says once that requiring ES modules is new to it.
    const printed = await app.exec('node', '--disable-warning=ExperimentalWarning', '-e', `require('${name}')`);
    expect(printed).toBe('');
  });
});

describe('an app carries what it imports and no more', () => {
  async function bundle(code: string): Promise<Rolldown.OutputChunk[]> {
    await writeFile(join(app.folder, 'entry.js'), code);
    const output = await build({
      root: app.folder,
      configFile: false,
      logLevel: 'silent',
      mode: 'production',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: { write: false, rolldownOptions: { input: join(app.folder, 'entry.js') } },
    });
    const [{ output: files }] = [output].flat() as [Rolldown.RolldownOutput];
    return files.filter((file) => file.type === 'chunk');
  }

  const modulesOf = async (code: string) => (await bundle(code)).flatMap((chunk) => chunk.moduleIds);

  test('TotpInput brings no statechart and no query client', async () => {
    const ids = await modulesOf("import { TotpInput } from 'react-ciba'; console.log(TotpInput);");
    expect(ids.some((id) => id.includes('/components/totp-input/index.js'))).toBe(true);
    expect(ids.filter((id) => /node_modules\/(xstate|@xstate|@tanstack)\//.test(id))).toEqual([]);
  });

  test('a part of Login brings no other part', async () => {
    const ids = await modulesOf("import { Login } from 'react-ciba'; console.log(Login.Title);");
    expect(ids.some((id) => id.includes('/components/parts.js'))).toBe(true);
    expect(ids.filter((id) => /\/components\/(root|summary|identifier-form|dial)\.js/.test(id))).toEqual([]);
  });

  test('CibaLogin brings nothing else that @xstate/react asks for: no CommonJS, no effect that warns on a server', async () => {
    const ids = await modulesOf("import { CibaLogin } from 'react-ciba'; console.log(CibaLogin);");
    expect(ids.some((id) => id.includes('/bundled/@xstate/react/'))).toBe(true);
    expect(ids.filter((id) => /node_modules\/use-/.test(id))).toEqual([]);
  });

  test('what the package carries along comes with its licence', () => {
    const licenses = readFileSync(join(app.folder, 'node_modules/react-ciba/dist/bundled/licenses.md'), 'utf8');
    expect(licenses).toMatch(/^## @xstate\/react - [\d.]+ \(MIT\)\s+The MIT License[^#]*Permission is hereby granted/m);
  });

  test('no text for developers is in a production build', async () => {
    const code =
      "import * as kit from 'react-ciba'; import * as machine from 'react-ciba/machine'; console.log(kit, machine);";
    expect((await bundle(code)).map((file) => file.code).join('')).not.toMatch(/\[react-ciba\]|react-ciba\/docs/);
  });

  test.each(modules.filter((name) => /\/(server|adapters\/oidc|adapters\/authsignal-server)/.test(name)))(
    '%s builds for a browser, and has no server in it',
    async (name) => {
      const ids = await modulesOf(`import * as server from '${name}'; console.log(server);`);
      expect(ids.filter((id) => !/entry\.js$|browser-stub\.js$|^\0/.test(id))).toEqual([]);
    },
  );

  test.each(['http', 'authsec', 'authsignal'])('the %s adapter brings no React', async (name) => {
    const ids = await modulesOf(`import * as adapter from 'react-ciba/adapters/${name}'; console.log(adapter);`);
    expect(ids.filter((id) => /node_modules\/(react|xstate|@xstate|@tanstack)\//.test(id))).toEqual([]);
  });
});

describe('a schema of the session', () => {
  test.each(Object.entries(SCHEMAS))('of %s has its type and its rules', async (name, schema) => {
    await writeFile(join(app.folder, `${name}.ts`), useSchema(schema));
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023', 'dom'],
      module: 'node16',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      types: ['node'],
    };
    const config = { compilerOptions, files: [`${name}.ts`] };
    await writeFile(join(app.folder, `tsconfig.${name}.json`), JSON.stringify(config));
    await app.exec('node', 'node_modules/typescript-7.0/bin/tsc', '-p', `tsconfig.${name}.json`);
    const printed = await app.exec('node', `${name}.js`);
    expect(printed).toMatch(/^Ada 36\n.*schema of createHttpAdapter: name\.\n$/);
  });
});

describe('the types', () => {
  const session = readFileSync(new URL('../types/session.test-d.ts', import.meta.url), 'utf8');

  test.each([
    ...Object.keys(TYPESCRIPTS).map((version) => [version, 'bundler', 'esnext']),
    ...Object.keys(TYPESCRIPTS).map((version) => [version, 'node16', 'node16']),
  ] as [string, string, string][])(
    'are right for %s with moduleResolution %s',
    async (version, moduleResolution, module) => {
      const imports = modules.map((name, index) => `export * as entry${index} from '${name}';`);
      imports.push("import 'react-ciba/styles.css';");
      await writeFile(join(app.folder, 'entries.ts'), imports.join('\n'));
      await writeFile(join(app.folder, 'session.ts'), session);
      const compilerOptions = {
        target: 'es2022',
        lib: ['es2023', 'dom', 'dom.iterable'],
        module,
        moduleResolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        // The default of TypeScript 6 and newer.
        noUncheckedSideEffectImports: true,
        verbatimModuleSyntax: true,
        // Our declarations too; what XState's say under exactOptionalPropertyTypes is not ours to mend.
        skipLibCheck: false,
        noEmit: true,
        types: ['node'],
      };
      const config = { compilerOptions, files: ['entries.ts', 'session.ts'] };
      await writeFile(join(app.folder, 'tsconfig.json'), JSON.stringify(config));
      const printed = await app
        .exec('node', `node_modules/${version}/bin/tsc`, '-p', '.', '--pretty', 'false', '--listFiles')
        .catch(String);
      // It did run, and read our declarations.
      expect(printed).toContain('/react-ciba/dist/index.d.ts');
      const complaints = printed
        .split('\n')
        .filter((line) => /^(entries|session|\S*react-ciba\/).*: error TS/.test(line));
      expect(complaints).toEqual([]);
    },
  );
});
