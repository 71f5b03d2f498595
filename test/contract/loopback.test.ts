// @vitest-environment node
import { expect, test } from 'vitest';
import { isHttpsOrLoopback } from '../../src/contract/loopback.js';

test.each([
  'https://example.com',
  'https://localhost',
  'http://localhost:3000',
  'http://app.localhost',
  'HTTP://LOCALHOST',
  'http://127.0.0.1',
  'http://127.1.2.3:8080/path',
  'http://127.1',
  'http://[::1]:80/',
  'http://[0:0:0:0:0:0:0:1]:3000',
])('accepts %s', (url) => {
  expect(isHttpsOrLoopback(new URL(url))).toBe(true);
});

test.each([
  'http://example.com',
  'http://localhost.example.com',
  'http://notlocalhost',
  'http://localhost@example.com',
  'http://example.com/localhost',
  'http://example.com/?https:',
  'http://127.0.0.1.example.com',
  'http://128.0.0.1',
  'http://0.0.0.0',
  'http://192.168.0.1',
  'http://[::]',
  'http://[fe80::1]',
  'ftp://localhost',
  'ws://localhost',
  'wss://example.com',
  'file:///etc',
  'data:text/plain,https:',
])('rejects %s', (url) => {
  expect(isHttpsOrLoopback(new URL(url))).toBe(false);
});
