import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { userEvent } from 'vitest/browser';
import type { Library } from './code-field.js';

// Firefox finds no 'self' in a srcdoc page, so the origin is there besides by its name.
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'self' ${window.location.origin}">`;

/** A page that a server rendered, hydrated and typed into: with and without a content policy it must be the same. */
export async function observeStrictPolicy(library: Library): Promise<string> {
  const free = await observePage(library, '');
  const strict = await observePage(library, POLICY);
  const reports = strict.reports === 0 ? 'no report' : `${strict.reports} reports`;
  return `${reports}, ${free.layout === strict.layout ? 'same' : 'another'} layout, ${strict.value}`;
}

async function observePage({ Field, pause = 0 }: Library, policy: string) {
  const frame = document.createElement('iframe');
  frame.width = '700';
  frame.srcdoc = `<!doctype html><html><head>${policy}<link rel="stylesheet" href="/src/styles/index.css"></head><body></body></html>`;
  const loaded = new Promise((resolve) => {
    frame.addEventListener('load', resolve);
  });
  document.body.append(frame);
  await loaded;
  const page = frame.contentDocument as Document;
  let reports = 0;
  page.addEventListener('securitypolicyviolation', () => (reports += 1));

  const changed: string[] = [];
  const field = <Field id="code" name="otp" onValueChange={(value) => changed.push(value)} />;
  const root = page.body.appendChild(page.createElement('div'));
  root.innerHTML = renderToString(field);
  const inputs = Array.from(root.querySelectorAll('input'));
  const layout = inputs.map((input) => describeBox(input.getBoundingClientRect())).join();
  const react = hydrateRoot(root, field);
  await nextFrames();
  inputs.find(({ type }) => type !== 'hidden')?.focus();
  await userEvent.keyboard('123456');
  await nextFrames();
  if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
  react.unmount();
  frame.remove();
  return { reports, layout, value: changed.at(-1) ?? 'nothing' };
}

function describeBox({ left, top, width, height }: DOMRect): string {
  return [left, top, width, height].map(Math.round).join(' ');
}

function nextFrames(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}
