import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

// Node can read certificates but not make them, and a bare machine has no openssl. These few lines of DER (X.690) write what
// a test needs of RFC 5280: a CA, a server on loopback, clients.

/** A certificate and its private key, both as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The certificate's SHA-256 thumbprint (RFC 8705 §3.1). */
  readonly thumbprint: string;
}

export interface CertificateOptions {
  readonly subject: string;
  /** @default a day from now */
  readonly notAfter?: Date;
  /** Whether it is for a server on loopback, or for a client. */
  readonly usage: 'server' | 'client';
}

export interface CertificateAuthority {
  /** The CA's own certificate, as PEM. */
  readonly cert: string;
  issue(options: CertificateOptions): Certificate;
}

const DAY_MS = 24 * 3600 * 1000;

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
/** A positive number: its first bit is 0. */
const integer = (bytes: Buffer) => der(0x02, Buffer.from([1]), bytes);
const octets = (content: Buffer) => der(0x04, content);
const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content);
const yes = der(0x01, Buffer.from([0xff]));

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return der(0x06, Buffer.from(bytes));
}

const time = (date: Date) => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`));
const nameOf = (text: string) => sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(text)))));
const extension = (id: string, value: Buffer, critical = false) =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const EXTENDED_USAGE = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

function certify(
  issuer: { readonly name: string; readonly key: KeyObject },
  subject: { readonly name: string; readonly key: KeyObject },
  notAfter: Date,
  extensions: Buffer[],
): Buffer {
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    integer(randomBytes(8)),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(time(new Date(notAfter.getTime() - 30 * DAY_MS)), time(notAfter)),
    nameOf(subject.name),
    subject.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, issuer.key)));
}

const toPem = (certificate: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Makes a CA that no one else trusts. */
export function createCertificateAuthority(name = 'Test CA'): CertificateAuthority {
  const { privateKey, publicKey } = newKeys();
  const inADay = new Date(Date.now() + DAY_MS);
  const own = certify({ name, key: privateKey }, { name, key: publicKey }, inADay, [
    extension('2.5.29.19', sequence(yes), true),
  ]);
  return {
    cert: toPem(own),
    issue({ subject, usage, notAfter = inADay }) {
      const keys = newKeys();
      const certificate = certify({ name, key: privateKey }, { name: subject, key: keys.publicKey }, notAfter, [
        extension('2.5.29.37', sequence(oid(EXTENDED_USAGE[usage]))),
        // The names that it is for: localhost and 127.0.0.1.
        extension('2.5.29.17', sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))),
      ]);
      return {
        cert: toPem(certificate),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        thumbprint: createHash('sha256').update(certificate).digest('base64url'),
      };
    },
  };
}
