import { describeAdapter } from 'react-ciba/testing';
import { describe, it } from 'vitest';
import { createBell } from './bell.js';
import { createBellAdapter } from './bell-adapter.js';

describeAdapter(
  'bell',
  () => {
    const bell = createBell();
    const connect = () => createBellAdapter(bell.fetch);
    return {
      adapter: connect(),
      reload: connect,
      knownHint: 'ada@example.com',
      approve: ({ id }) => bell.set(id, 'opened'),
      deny: ({ id }) => bell.set(id, 'bolted'),
      expire: ({ id }) => bell.set(id, 'left'),
      fault: (kind) => void (bell.fault = kind),
    };
  },
  { describe, it },
);
