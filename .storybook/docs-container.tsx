import { DocsContainer } from '@storybook/addon-docs/blocks';
import type { DocsContainerProps } from '@storybook/addon-docs/blocks';
import { useEffect, useLayoutEffect, useState } from 'react';
import type { PropsWithChildren } from 'react';
import { GLOBALS_UPDATED } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { kitTheme } from './kit-theme.js';
import type { KitTheme } from './kit-theme.js';

const asked = () => (/theme:dark/.test(new URLSearchParams(location.search).get('globals') ?? '') ? 'dark' : 'light');

/** A page of the documentation, in the theme of the toolbar. */
export function KitDocsContainer({ children, ...props }: PropsWithChildren<DocsContainerProps>) {
  const [theme, setTheme] = useState<KitTheme>(asked);
  useEffect(() => {
    const channel = addons.getChannel();
    const follow = ({ globals }: { globals: Record<string, unknown> }) =>
      setTheme(globals['theme'] === 'dark' ? 'dark' : 'light');
    channel.on(GLOBALS_UPDATED, follow);
    return () => channel.off(GLOBALS_UPDATED, follow);
  }, []);
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <DocsContainer {...props} theme={kitTheme(theme, 'page')}>
      {children}
    </DocsContainer>
  );
}
