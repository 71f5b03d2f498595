import type { Decorator, Preview } from '@storybook/react-vite';
import { useLayoutEffect, type ReactNode } from 'react';
import '../src/styles/index.css';
import './preview.css';

interface PageProps {
  theme: string;
  direction: string;
  children: ReactNode;
}

/** Puts the toolbar's choices where an app would put them: on the root element. */
function Page({ theme, direction, children }: PageProps) {
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    document.documentElement.dir = direction;
  }, [theme, direction]);
  return children;
}

const inPage: Decorator = (Story, { globals }) => (
  <Page theme={String(globals['theme'])} direction={String(globals['direction'])}>
    <Story />
  </Page>
);

const preview: Preview = {
  decorators: [inPage],
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
