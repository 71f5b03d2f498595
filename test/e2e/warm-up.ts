import { startDemo } from '../../demo/start.mjs';

/**
 * Has Vite prepare the demo's dependencies once, so that the demos of the test files can start side by side: each would
 * otherwise write the same cache.
 */
export default async function warmUp(): Promise<void> {
  const demo = await startDemo({ port: 0, watch: false });
  try {
    const script = await (await fetch(`${demo.origin}/app.tsx`)).text();
    const prepared = /"(\/[^"]*\.vite\/demo\/[^"]+)"/.exec(script)?.[1];
    if (!prepared) throw new Error('The demo imports no prepared dependency, so this warms nothing up.');
    // Answered when all of them are there.
    await fetch(demo.origin + prepared);
  } finally {
    await demo.close();
  }
}
