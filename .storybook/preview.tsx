import type { Decorator, Preview } from '@storybook/react-vite';
import { useLayoutEffect } from 'react';
import '../src/styles/index.css';

/** Puts the toolbar's choices where an app would put them: on the root element. */
const withThemeAndDirection: Decorator = (Story, { globals }) => {
  const theme = String(globals['theme']);
  const direction = String(globals['direction']);
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset['theme'] = theme;
    root.style.colorScheme = theme;
    root.dir = direction;
  }, [theme, direction]);
  return <Story />;
};

const preview: Preview = {
  decorators: [withThemeAndDirection],
  tags: ['autodocs'],
  parameters: {
    layout: 'centered',
    a11y: { test: 'error' },
  },
  globalTypes: {
    theme: {
      description: 'Colour theme',
      toolbar: { title: 'Theme', icon: 'mirror', items: ['light', 'dark'], dynamicTitle: true },
    },
    direction: {
      description: 'Writing direction',
      toolbar: { title: 'Direction', icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true },
    },
  },
  initialGlobals: { theme: 'light', direction: 'ltr' },
};

export default preview;
