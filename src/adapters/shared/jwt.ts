/**
 * Reads the claims of a JWT (RFC 7519 §3) without verifying its signature, so the caller must trust where it came from.
 * Returns no claims for anything that isn't a JWT with readable claims, such as an encrypted one.
 */
export function readJwtClaims(token: string): Readonly<Record<string, unknown>> {
  return readPart(token, 1);
}

/** Returns the `alg` of a JWT's header (RFC 7515 §4.1.1), or undefined for anything that has none. */
export function readJwtAlgorithm(token: string): string | undefined {
  const { alg } = readPart(token, 0);
  return typeof alg === 'string' ? alg : undefined;
}

/** Returns the `typ` of a JWT's header (RFC 7515 §4.1.9), or undefined for anything that has none. */
export function readJwtType(token: string): string | undefined {
  const { typ } = readPart(token, 0);
  return typeof typ === 'string' ? typ : undefined;
}

function readPart(token: string, index: number): Readonly<Record<string, unknown>> {
  try {
    const payload = atob((token.split('.')[index] ?? '').replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(payload, (character) => character.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes))) as Record<string, unknown>;
  } catch {
    return {};
  }
}
