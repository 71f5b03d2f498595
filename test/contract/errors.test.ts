import { describe, expect, test, vi } from 'vitest';
import { CIBA_ERROR_CODES, CibaError, isCibaError, toCibaError } from '../../src/contract/index.js';

describe('CibaError', () => {
  test('knows its codes, and which of them pass by themselves', () => {
    const retryable = CIBA_ERROR_CODES.filter((code) => new CibaError(code, 'text').retryable);
    expect(retryable).toEqual(['offline', 'network', 'timeout', 'rateLimited', 'unavailable', 'badResponse']);
    expect(CIBA_ERROR_CODES.filter((code) => !retryable.includes(code))).toEqual([
      'unauthorized',
      'forbidden',
      'notFound',
      'misconfigured',
      'refused',
      'inReview',
      'sessionRefused',
      'unknownUser',
      'noDevice',
      'unknown',
    ]);
  });

  test('takes the word of its maker over the rule', () => {
    expect(new CibaError('badResponse', 'text', { retryable: false }).retryable).toBe(false);
    expect(new CibaError('unknown', 'text', { retryable: true }).retryable).toBe(true);
  });

  test('holds what it was given, and nothing that it was not', () => {
    const cause = new TypeError('Failed to fetch');
    const error = new CibaError('rateLimited', 'Too many.', { retryAfter: 0, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'CibaError', code: 'rateLimited', message: 'Too many.', retryAfter: 0, cause });
    expect(new CibaError('misconfigured', 'No.', { maybeHint: true })).toHaveProperty('maybeHint', true);
    const plain = new CibaError('network', 'Lost.');
    expect(plain).not.toHaveProperty('retryAfter');
    expect(plain).not.toHaveProperty('maybeHint');
    expect('cause' in plain).toBe(false);
    expect(String(plain)).toBe('CibaError: Lost.');
  });

  test('names its page in the stack while developing, and never in the message', () => {
    const error = new CibaError('network', 'The page asked for $& and got nothing.');
    expect(error.message).toBe('The page asked for $& and got nothing.');
    expect(error.stack).toMatch(
      /The page asked for \$& and got nothing\.\n    Read on: node_modules\/react-ciba\/docs\/errors\/network\.md\n    at /,
    );
    vi.stubEnv('NODE_ENV', 'production');
    expect(new CibaError('network', 'Lost.').stack).not.toContain('Read on');
    vi.unstubAllEnvs();
  });
});

describe('isCibaError', () => {
  test('knows one of another copy of this package', () => {
    class OtherCopy extends Error {
      override readonly name = 'CibaError';
      readonly code = 'network';
    }
    expect(isCibaError(new CibaError('network', 'Lost.'))).toBe(true);
    expect(isCibaError(new OtherCopy('Lost.'))).toBe(true);
  });

  test('knows what is none', () => {
    const unknownCode = Object.assign(new Error('x'), { name: 'CibaError', code: 'toString' });
    const otherName = Object.assign(new Error('x'), { code: 'network' });
    const noError = { name: 'CibaError', code: 'network', message: 'x' };
    for (const value of [unknownCode, otherName, noError, new Error('x'), null, undefined, 'network']) {
      expect(isCibaError(value)).toBe(false);
    }
  });
});

describe('toCibaError', () => {
  test('passes its own on and wraps the rest once', () => {
    const own = new CibaError('network', 'Lost.');
    expect(toCibaError(own)).toBe(own);

    for (const caught of [new TypeError('broken'), 'broken', null, { code: 'network' }]) {
      const wrapped = toCibaError(caught);
      expect(wrapped).toMatchObject({ name: 'CibaError', code: 'unknown', retryable: false, cause: caught });
      expect(wrapped.message).not.toContain('broken');
      expect(toCibaError(wrapped)).toBe(wrapped);
    }
  });
});
