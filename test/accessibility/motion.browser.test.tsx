import { afterEach, expect, test, vi } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { emulateSettings } from './emulate.js';
import { screenNamed, screens, show } from './login-stories.js';

vi.setConfig({ testTimeout: 60_000 });

afterEach(async () => {
  await cleanup();
  await emulateSettings({});
});

/** What moves, or would move at the next change. */
function motionIn(root: Element): string[] {
  const parts = [root, ...root.querySelectorAll('*')];
  const styled = parts.flatMap((part) =>
    ['', '::before', '::after'].flatMap((pseudo) => {
      const { animationName, animationDuration, transitionDuration } = getComputedStyle(part, pseudo);
      const lasts = (durations: string) => durations.split(', ').some((duration) => parseFloat(duration) > 0);
      const name = `${part.localName} ${part.getAttribute('data-part')}${pseudo}`;
      return [
        ...(animationName !== 'none' && lasts(animationDuration) ? [`${name}: ${animationName}`] : []),
        ...(lasts(transitionDuration) ? [`${name}: transition`] : []),
      ];
    }),
  );
  const running = document.getAnimations().map(({ id }) => `running: ${id}`);
  return [...styled, ...running];
}

// WCAG 2.3.3
test('for who asked for less motion nothing moves, on any screen', async () => {
  await emulateSettings({ 'prefers-reduced-motion': 'reduce' });
  for (const screen of screens) expect(motionIn(await show(screen)), screen.name).toEqual([]);
});

// WCAG 2.2.2
test('for others nothing moves longer than five seconds, but for the ring while a request is sent', async () => {
  for (const screen of screens) {
    const root = await show(screen);
    const long = root
      .getAnimations({ subtree: true })
      .filter(({ effect }) => Number(effect?.getComputedTiming().endTime) > 5000)
      .map((animation) => (animation instanceof CSSAnimation ? animation.animationName : 'a transition'));
    expect(long, screen.name).toEqual(root.dataset['state'] === 'pushing' ? ['ciba-turn'] : []);
  }
});

test('the measure sees motion where there is some', async () => {
  expect(motionIn(await show(screenNamed('Polling'))).join()).toMatch(
    /path dial-lit: transition.*button button: transition/,
  );
});
