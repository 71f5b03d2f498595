import { designTokens } from '../../scripts/design-tokens.mjs';
import type { Token } from '../../scripts/design-tokens.mjs';
import page from '../../docs/theming.md?raw';
import css from '../../src/styles/tokens.css?raw';
import './tokens.css';

/** Which tokens of the format stand in which table. */
const KINDS = {
  color: ['color'],
  size: ['dimension', 'fontFamily'],
  effect: ['shadow', 'duration', 'cubicBezier'],
} as const satisfies Record<string, readonly string[]>;

export interface TokenTableProps {
  kind: keyof typeof KINDS;
}

interface Row {
  readonly property: string;
  readonly type: string;
  readonly light: string;
  readonly dark: string;
  readonly use: string;
}

const tokens = designTokens(css, page);

function rowsOf(kind: TokenTableProps['kind']): Row[] {
  const flat = ({ color, ...others }: typeof tokens.light) => ({ ...color, ...others });
  const dark = new Map(Object.values(flat(tokens.dark)).map((token: Token) => [propertyOf(token), token]));
  return Object.values(flat(tokens.light))
    .filter(({ $type }) => (KINDS[kind] as readonly string[]).includes($type))
    .map((token) => ({
      property: propertyOf(token),
      type: token.$type,
      light: cssOf(token),
      dark: cssOf(dark.get(propertyOf(token)) ?? token),
      use: (token.$description ?? '').replaceAll('`', ''),
    }));
}

const propertyOf = ({ $extensions }: Token) => $extensions['react-ciba'].property;
const cssOf = ({ $extensions }: Token) => $extensions['react-ciba'].css;

/** What a token looks like. */
function Sample({ type, value }: { type: string; value: string }) {
  switch (type) {
    case 'color':
      return <span className="sample" data-type="color" style={{ backgroundColor: value }} />;
    case 'dimension':
      return <span className="sample" data-type="dimension" style={{ inlineSize: value }} />;
    case 'shadow':
      return <span className="sample" data-type="shadow" style={{ boxShadow: value }} />;
    case 'fontFamily':
      return (
        <span className="sample" data-type="font" style={{ fontFamily: value }}>
          Sign in 47
        </span>
      );
    default:
      return null;
  }
}

function Value({ type, value, theme }: { type: string; value: string; theme: 'light' | 'dark' }) {
  return (
    <td data-theme={theme}>
      <Sample type={type} value={value} />
      <code>{value}</code>
    </td>
  );
}

/** The tokens of one kind: how they look, what they are for, and how they are written. */
export function TokenTable({ kind }: TokenTableProps) {
  return (
    <main className="tokens" lang="en" dir="ltr">
      <table>
        <thead>
          <tr>
            {['Property', 'Light', 'Dark', 'For'].map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(kind).map(({ property, type, light, dark, use }) => (
            <tr key={property}>
              <th scope="row">
                <code>{property}</code>
              </th>
              <Value type={type} value={light} theme="light" />
              <Value type={type} value={dark} theme="dark" />
              <td>{use}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
}
