/**
 * How often something is measured. `npm run bench:short` runs each benchmark as little as it can: that shows that it still
 * runs, and its figures mean nothing.
 */
export const rounds = (enough, few = 1) => (isShort ? few : enough);

export const isShort = process.env.BENCH_SHORT === '1';
