export interface Token {
  readonly $type: string;
  readonly $value: unknown;
  readonly $description: string | undefined;
  readonly $extensions: { readonly 'react-ciba': { readonly property: string; readonly css: string } };
}
export type TokenGroup = Readonly<Record<string, Token>> & { readonly color: Readonly<Record<string, Token>> };
export function designTokens(css: string, page: string): { readonly light: TokenGroup; readonly dark: TokenGroup };
