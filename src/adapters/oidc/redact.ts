/** Secrets up to this length are only removed as whole words. Inside of words, they are chance. */
const SHORT_CHARACTERS = 3;

/** Characters of a provider's text that are quoted at most. */
const MAX_QUOTED_CHARACTERS = 200;

const escapeForRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** How a secret may look in the text: as it is, and in a URL or a form. */
function formsOf(secret: string): string[] {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  return [...new Set([secret, encode(secret), inForm])];
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // It holds half a surrogate pair.
  }
}

/** Removes all secrets in one pass, whatever their case, so that nothing is removed twice. The longest one goes first. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter((secret) => secret.trim() !== '').flatMap(formsOf);
  if (forms.length === 0) return text;
  const patterns = forms
    .toSorted((a, b) => b.length - a.length)
    .map((form) => {
      const escaped = escapeForRegExp(form);
      return form.length > SHORT_CHARACTERS ? escaped : `(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`;
    });
  return text.replace(new RegExp(patterns.join('|'), 'giu'), '[removed]');
}

/** A provider's words on one short line, without secrets. */
export function quote(text: string, secrets: readonly string[]): string {
  return redact(text.slice(0, 10 * MAX_QUOTED_CHARACTERS), secrets)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, MAX_QUOTED_CHARACTERS);
}
