import { afterEach, expect, test } from 'vitest';
import { cleanup, render } from 'vitest-browser-react';
import { loginMachine, totpMachine } from 'react-ciba/machine';
import { ChartDiagram } from '../../stories/statechart/chart-diagram.js';
import { toDiagram } from '../../stories/statechart/describe-chart.js';
import { emulateSettings, resizeWindow } from './emulate.js';
import { contrastOfText, textsIn } from './measure.js';
import '../../.storybook/preview.css';
import '../../stories/statechart/statechart.css';

afterEach(async () => {
  await cleanup();
  await emulateSettings({});
});

const charts = [
  ['login', loginMachine],
  ['code', totpMachine],
] as const;

test.each(['light', 'dark'] as const)('every word of the drawn charts is 4.5 : 1 and more: %s', async (theme) => {
  await emulateSettings({ 'prefers-color-scheme': theme });
  // Nothing outside of the window can be measured.
  await resizeWindow(4000, 3000);
  document.documentElement.dataset['theme'] = theme;
  for (const [name, machine] of charts) {
    const { container } = await render(
      <main className="statechart">
        <ChartDiagram text={toDiagram(machine)} label={name} />
      </main>,
    );
    await expect.poll(() => container.querySelector('[data-drawn="true"]'), { timeout: 10_000 }).not.toBeNull();
    const texts = textsIn(container);
    expect(texts.length).toBeGreaterThan(8);
    for (const text of texts) expect(contrastOfText(text), `${name}: ${text.text}`).toBeGreaterThanOrEqual(4.5);
    await cleanup();
  }
});
