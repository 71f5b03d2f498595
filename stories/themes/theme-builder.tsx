import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { StoryLogin } from '../login.js';
import { ContrastTable } from './contrast-table.js';
import { DEFAULT_THEME, DENSITIES, FONTS, MAX_RADIUS_PX, readTheme, toArgs, toCss, toTokens } from './theme.js';
import type { Theme } from './theme.js';
import './theme-builder.css';

/** The themed element of this page, also where a pane sets light or dark. */
const SELECTOR = '.built-theme, .built-theme :is([data-theme], .light, .dark)';

/** The address of this page in Storybook, with a theme. */
function linkTo(theme: Theme): string {
  const link = new URL('./', location.href);
  const story = new URLSearchParams(location.search).get('id') ?? 'themes-theme-builder--builder';
  return `${link.href}?path=/story/${story}&args=${toArgs(theme)}`;
}

interface FieldProps {
  label: string;
  children: (id: string) => ReactNode;
}

function Field({ label, children }: FieldProps) {
  const id = useId();
  return (
    <div className="builder-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

interface CopyButtonProps {
  label: string;
  text: string;
  onCopy: ((text: string) => void) | undefined;
}

function CopyButton({ label, text, onCopy }: CopyButtonProps) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    onCopy?.(text);
    // A page in a frame may not be allowed to.
    const done = await navigator.clipboard.writeText(text).then(
      () => 'Copied.',
      () => 'Your browser doesn’t allow it. Copy it from below.',
    );
    setSaid(done);
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {label}
      </button>
      <span role="status">{said}</span>
    </>
  );
}

/** Two screens, in light or in dark. The second one waits as soon as its button is pressed. */
function Pane({ theme }: { theme: 'light' | 'dark' }) {
  const backend = { deliveredTo: 'Pixel 9', displayCode: '47' };
  return (
    <section className="builder-pane" data-theme={theme} aria-label={theme === 'light' ? 'Light' : 'Dark'}>
      <div data-screen="start">
        <StoryLogin loginHint="ada@example.com" backend={backend} still />
      </div>
      <div data-screen="waiting">
        <StoryLogin loginHint="ada@example.com" backend={backend} still />
      </div>
    </section>
  );
}

export interface ThemeBuilderProps extends Theme {
  onCopy?: (text: string) => void;
}

/** Makes a theme of six choices, and gives it as CSS, as design tokens and as a link. */
export function ThemeBuilder({ onCopy, ...given }: ThemeBuilderProps) {
  const [theme, setTheme] = useState(() => readTheme(given));
  const choose = (change: Partial<Theme>) => setTheme((before) => ({ ...before, ...change }));
  const css = toCss(theme);
  const tokens = toTokens(theme);
  const link = linkTo(theme);

  const colorField = (name: 'accent' | 'light' | 'dark', label: string) => (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          type="color"
          value={theme[name]}
          onChange={(event) => choose({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  );

  return (
    <main className="builder">
      <style>{toCss(theme, SELECTOR)}</style>
      <div className="builder-side" lang="en" dir="ltr">
        <h1>Theme Builder</h1>
        <form onSubmit={(event) => event.preventDefault()}>
          {colorField('accent', 'Accent')}
          {colorField('light', 'Surface, light')}
          {colorField('dark', 'Surface, dark')}
          <Field label={`Radius, ${theme.radius} px`}>
            {(id) => (
              <input
                id={id}
                type="range"
                min={0}
                max={MAX_RADIUS_PX}
                value={theme.radius}
                onChange={(event) => choose({ radius: event.currentTarget.valueAsNumber })}
              />
            )}
          </Field>
          <Field label="Font">
            {(id) => (
              <select
                id={id}
                value={theme.font}
                onChange={(event) => choose({ font: event.currentTarget.value as Theme['font'] })}
              >
                {Object.keys(FONTS).map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Density">
            {(id) => (
              <select
                id={id}
                value={theme.density}
                onChange={(event) => choose({ density: event.currentTarget.value as Theme['density'] })}
              >
                {Object.keys(DENSITIES).map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
          <button type="button" onClick={() => setTheme(DEFAULT_THEME)}>
            Start over
          </button>
        </form>
        <div className="built-theme">
          <ContrastTable theme={css} />
        </div>
        <p className="builder-note">
          A surface is near white or near black. For one in between, set <code>--ciba-color-accent-text</code> and{' '}
          <code>--ciba-color-link</code> by hand.
        </p>
      </div>
      <div className="builder-panes built-theme">
        <Pane theme="light" />
        <Pane theme="dark" />
      </div>
      <div className="builder-results" lang="en" dir="ltr">
        <section aria-labelledby="builder-css">
          <h2 id="builder-css">CSS</h2>
          <CopyButton label="Copy CSS" text={css} onCopy={onCopy} />
          <textarea readOnly rows={10} spellCheck={false} aria-labelledby="builder-css" value={css} />
        </section>
        <section aria-labelledby="builder-tokens">
          <h2 id="builder-tokens">Design tokens</h2>
          <CopyButton label="Copy JSON" text={tokens} onCopy={onCopy} />
          <a download="tokens.json" href={`data:application/json,${encodeURIComponent(tokens)}`}>
            Download
          </a>
          <textarea readOnly rows={10} spellCheck={false} aria-labelledby="builder-tokens" value={tokens} />
        </section>
        <section aria-labelledby="builder-link">
          <h2 id="builder-link">Link to this theme</h2>
          <CopyButton label="Copy link" text={link} onCopy={onCopy} />
          <textarea readOnly rows={10} spellCheck={false} aria-labelledby="builder-link" value={link} />
        </section>
      </div>
    </main>
  );
}
