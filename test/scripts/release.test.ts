// @vitest-environment node
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { release } from '../../scripts/release.mjs';
import type { CommandResult, ReleaseOptions } from '../../scripts/release.mjs';

const OK: CommandResult = { status: 0, stdout: '', stderr: '' };
const UNKNOWN_VERSION: CommandResult = {
  status: 1,
  stdout: '',
  stderr: 'npm error code E404\nnpm error 404 Not Found',
};

/** A world in which nothing stands in the way, but for what a test changes; and what was run and said in it. */
function tryRelease(
  options: Partial<ReleaseOptions> = {},
  answers: Readonly<Record<string, Partial<CommandResult>>> = {},
) {
  const commands: string[] = [];
  const said: string[] = [];
  const status = release({
    manifest: { name: 'react-ciba', version: '1.2.0', repository: 'github:example/react-ciba' },
    changesets: [],
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ci.example/token' },
    dryRun: false,
    run(command, args) {
      const line = [command, ...args].join(' ');
      commands.push(line);
      const usual = line.startsWith('npm view') ? UNKNOWN_VERSION : OK;
      return { ...usual, ...answers[line] };
    },
    say: (text) => said.push(text),
    ...options,
  });
  return { status, commands, said: said.join('\n') };
}

const VIEW = 'npm view react-ciba@1.2.0 version';

test('publishes with provenance, after everything was checked', () => {
  expect(tryRelease()).toEqual({
    status: 0,
    said: '',
    commands: ['git status --porcelain', VIEW, 'npm run check', 'npm test', 'npm publish --provenance --access public'],
  });
});

test('a dry run needs no CI and uploads nothing', () => {
  const { status, commands } = tryRelease({ dryRun: true, env: {} });
  expect(status).toBe(0);
  expect(commands.at(-1)).toBe('npm publish --access public --dry-run');
});

test('ends as npm publish ends', () => {
  expect(tryRelease({}, { 'npm publish --provenance --access public': { status: 3 } }).status).toBe(3);
});

describe.each(['upload', 'dry run'])('stops with a one-line reason (%s)', (kind) => {
  const dryRun = kind === 'dry run';

  test.each<[string, RegExp, Partial<ReleaseOptions>, Record<string, Partial<CommandResult>>]>([
    ['no repository', /no "repository"/, { manifest: { name: 'react-ciba', version: '1.2.0' } }, {}],
    [
      'changes without a commit',
      /uncommitted changes.*Commit or discard them/,
      {},
      { 'git status --porcelain': { stdout: ' M src/index.ts\n' } },
    ],
    [
      'no git',
      /Git cannot say.*: not a git repository/,
      {},
      { 'git status --porcelain': { status: 128, stderr: 'fatal:\nnot a git repository\n' } },
    ],
    [
      'changesets without a version',
      /\(calm-fox\.md, red-owl\.md\)\. Run npx changeset version/,
      { changesets: ['calm-fox.md', 'red-owl.md'] },
      {},
    ],
    [
      'a version that is published',
      /react-ciba 1\.2\.0 is already on the registry/,
      {},
      { [VIEW]: { status: 0, stdout: '1.2.0\n' } },
    ],
    [
      'no answer from the registry',
      /Could not check whether the registry already has react-ciba 1\.2\.0: .*ENOTFOUND/,
      {},
      { [VIEW]: { stderr: 'npm error ENOTFOUND' } },
    ],
    ['checks that fail', /npm run check failed/, {}, { 'npm run check': { status: 1 } }],
    ['tests that fail', /npm test failed/, {}, { 'npm test': { status: 1 } }],
  ])('%s', (_case, sentence, options, answers) => {
    const { status, commands, said } = tryRelease({ dryRun, ...options }, answers);
    expect(status).toBe(1);
    expect(said).toMatch(sentence);
    expect(said.split('\n')).toHaveLength(1);
    expect(commands.filter((line) => line.startsWith('npm publish'))).toEqual([]);
  });
});

test('refuses to sign where nobody can: outside of CI', () => {
  const { status, commands, said } = tryRelease({ env: {} });
  expect(status).toBe(1);
  expect(said).toMatch(/Provenance is signed in CI/);
  expect(commands).not.toContain('npm run check');
});

test('the command itself says what is in the way', () => {
  const script = fileURLToPath(new URL('../../scripts/release.mjs', import.meta.url));
  // Without git, the first thing that it needs from outside, it gets no further than this.
  const { status, stderr } = spawnSync(process.execPath, [script, '--dry-run'], {
    encoding: 'utf8',
    env: { PATH: '' },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Nothing was published\. (package\.json has no "repository"|Git cannot say)/);
});
