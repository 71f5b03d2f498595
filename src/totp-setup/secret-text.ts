/** Splits a secret into groups of four, so that people can read and type it. */
export function groupSecret(secret: string): string {
  return secret
    .replace(/\s+/g, '')
    .replace(/.{4}(?=.)/g, '$& ')
    .toUpperCase();
}

/** Saves a text as a file. The blob's URL is revoked right after the click. */
export function download(document: Document, name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
