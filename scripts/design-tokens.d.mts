export interface Token {
  readonly $type: string;
  readonly $value: unknown;
  readonly $description: string | undefined;
  readonly $extensions: { readonly 'react-ciba': { readonly property: string; readonly css: string } };
}
export type TokenGroup = Readonly<Record<string, Token>> & { readonly color: Readonly<Record<string, Token>> };
/** Values of a theme, by the names of the properties after `--ciba-`. */
export interface TokenTheme {
  readonly light?: Readonly<Record<string, string>>;
  readonly dark?: Readonly<Record<string, string>>;
}
export function designTokens(
  css: string,
  page: string,
  theme?: TokenTheme,
): { readonly light: TokenGroup; readonly dark: TokenGroup };
