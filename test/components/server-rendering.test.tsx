// @vitest-environment node
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { CibaLogin, TotpForm, TotpInput } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';

const code = { verifying: false, problem: null, wrongCodes: 0, attemptsLeft: 3 };

const elements = {
  CibaLogin: <CibaLogin adapter={createMemoryAdapter()} />,
  'CibaLogin with a known user': <CibaLogin adapter={createMemoryAdapter()} loginHint="ada@example.com" />,
  TotpForm: <TotpForm code={code} submitCode={() => undefined} />,
  TotpInput: <TotpInput aria-label="Code" defaultValue="12" />,
};

test.each(Object.entries(elements))('%s renders on a server, without style or script', (_, element) => {
  const html = renderToString(element);
  expect(html).toContain('data-scope=');
  expect(html).not.toMatch(/\sstyle=|<style|<script|\son[a-z]+=/);
});

test('a login rings nobody while it renders on a server', () => {
  const adapter = createMemoryAdapter();
  expect(renderToString(<CibaLogin adapter={adapter} loginHint="ada@example.com" />)).toContain('data-state="idle"');
  expect(adapter.calls).toEqual([]);
});
