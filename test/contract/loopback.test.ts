// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { isHttpsOrLoopback, isLoopback } from '../../src/contract/loopback.js';

describe('isLoopback', () => {
  it.each(['localhost', 'app.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])('accepts %s', (hostname) => {
    expect(isLoopback(hostname)).toBe(true);
  });

  it.each([
    'example.com',
    'localhost.example.com',
    'notlocalhost',
    '127.0.0.1.example.com',
    '127.0.0',
    '128.0.0.1',
    '0.0.0.0',
    '192.168.0.1',
    '[::]',
    '[fe80::1]',
    '',
  ])('rejects %s', (hostname) => {
    expect(isLoopback(hostname)).toBe(false);
  });
});

describe('isHttpsOrLoopback', () => {
  it.each([
    'https://example.com',
    'https://localhost',
    'http://localhost:3000',
    'HTTP://LOCALHOST',
    'http://[::1]:80/',
  ])('accepts %s', (url) => {
    expect(isHttpsOrLoopback(new URL(url))).toBe(true);
  });

  it.each(['http://example.com', 'http://localhost@example.com', 'ftp://localhost', 'ws://localhost', 'file:///etc'])(
    'rejects %s',
    (url) => {
      expect(isHttpsOrLoopback(new URL(url))).toBe(false);
    },
  );
});
