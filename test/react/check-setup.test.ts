import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const FIRST = Symbol.for('react-ciba.first-copy');
let complaints: string[];

beforeEach(() => {
  complaints = [];
  vi.spyOn(console, 'error').mockImplementation((text: string) => void complaints.push(text));
  delete (globalThis as { [FIRST]?: object })[FIRST];
});

afterEach(() => {
  vi.resetModules();
  delete (globalThis as { [FIRST]?: object })[FIRST];
});

const load = async () => (await import('../../src/react/check-setup.js')).checkSetup;

test.each(['17.0.2', '18.2.0'])('React %s is too old, said once', async (version) => {
  const checkSetup = await load();
  checkSetup(version);
  checkSetup(version);
  expect(complaints).toEqual([expect.stringContaining(`React ${version} is too old: react-ciba requires 18.3`)]);
});

test.each(['18.3.0', '18.3.1', '19.0.0', '20.1.0-rc.1', '0.0.0-experimental-1234'])(
  'React %s is fine',
  async (version) => {
    (await load())(version);
    expect(complaints).toEqual([]);
  },
);

test('a second copy is found, and named once', async () => {
  const first = await load();
  first();
  vi.resetModules();
  const second = await load();
  expect(second).not.toBe(first);
  second();
  second();
  first();
  expect(complaints).toEqual([expect.stringContaining('Two copies of react-ciba')]);
});

test.each([true, 'checkout'])('resume={%j} is named, with what to give', async (resume) => {
  const { checkResume } = await import('../../src/react/check-setup.js');
  checkResume(resume);
  expect(complaints).toEqual([expect.stringContaining(`resume={${JSON.stringify(resume)}} can't resume a login`)]);
});

test('nothing to resume with, and what resumeInTab() gives, are fine', async () => {
  const { checkResume } = await import('../../src/react/check-setup.js');
  const { resumeInTab } = await import('../../src/index.js');
  checkResume(undefined);
  checkResume(resumeInTab());
  expect(complaints).toEqual([]);
});
