import type { Decorator, Preview } from '@storybook/react-vite';
import { useLayoutEffect, type ReactNode } from 'react';
import { CibaProvider } from 'react-ciba';
import '../src/styles/index.css';
import { directionOf, LOCALES, messagesOf } from '../stories/locales.js';
import './preview.css';

interface PageProps {
  theme: string;
  direction: string;
  locale: string;
  children: ReactNode;
}

/** Puts the toolbar's choices where an app would put them: on the root element and into the provider. */
function Page({ theme, direction, locale, children }: PageProps) {
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset['theme'] = theme;
    root.lang = locale;
    root.dir = direction === 'auto' ? directionOf(locale) : direction;
  }, [theme, direction, locale]);
  return <CibaProvider messages={messagesOf(locale)}>{children}</CibaProvider>;
}

const inPage: Decorator = (Story, { globals }) => (
  <Page theme={String(globals['theme'])} direction={String(globals['direction'])} locale={String(globals['locale'])}>
    <Story />
  </Page>
);

const nameOf = (tag: string) => new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;

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
      toolbar: {
        title: 'Direction',
        icon: 'transfer',
        items: [
          { value: 'auto', title: 'as the language' },
          { value: 'ltr', title: 'left to right' },
          { value: 'rtl', title: 'right to left' },
        ],
        dynamicTitle: true,
      },
    },
    locale: {
      description: 'Language of the texts',
      toolbar: {
        title: 'Language',
        icon: 'globe',
        items: [...LOCALES.keys()].map((tag) => ({ value: tag, title: nameOf(tag), right: tag })),
        dynamicTitle: true,
      },
    },
  },
  initialGlobals: {
    // `npm run test:stories-variants` sets the first two.
    theme: String(import.meta.env['STORYBOOK_THEME'] ?? 'light'),
    direction: String(import.meta.env['STORYBOOK_DIRECTION'] ?? 'auto'),
    locale: 'en',
  },
};

export default preview;
