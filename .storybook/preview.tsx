import type { Decorator, Preview } from '@storybook/react-vite';
import { useLayoutEffect } from 'react';
import type { ReactNode } from 'react';
import { CibaProvider } from 'react-ciba';
import '../examples/themes/arcade.css';
import '../examples/themes/gazette.css';
import '../examples/themes/shadcn.css';
import kitStyles from '../src/styles/index.css?inline';
import { KitDocsContainer } from './docs-container.js';
import { directionOf, LOCALES, messagesOf } from '../stories/locales.js';
import './preview.css';

// A story can turn this sheet off with `parameters: { kitStyles: false }`, to show a UI that has only its own CSS.
const kitSheet = new CSSStyleSheet();
kitSheet.replaceSync(kitStyles);

interface PageProps {
  theme: string;
  brand: string;
  direction: string;
  locale: string;
  styled: boolean;
  children: ReactNode;
}

/** Applies the toolbar's choices as an app would: on the root element and in the provider. */
function Page({ theme, brand, direction, locale, styled, children }: PageProps) {
  useLayoutEffect(() => {
    document.adoptedStyleSheets = styled ? [kitSheet] : [];
    const root = document.documentElement;
    root.dataset['theme'] = theme;
    root.dataset['brand'] = brand;
    root.lang = locale;
    root.dir = direction === 'auto' ? directionOf(locale) : direction;
  }, [theme, brand, direction, locale, styled]);
  return <CibaProvider messages={messagesOf(locale)}>{children}</CibaProvider>;
}

const inPage: Decorator = (Story, { globals, parameters }) => (
  <Page
    theme={String(globals['theme'])}
    brand={String(globals['brand'])}
    direction={String(globals['direction'])}
    locale={String(globals['locale'])}
    styled={parameters['kitStyles'] !== false}
  >
    <Story />
  </Page>
);

const nameOf = (tag: string) => new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;

const preview: Preview = {
  decorators: [inPage],
  parameters: {
    layout: 'centered',
    options: {
      storySort: {
        order: [
          'Overview',
          ['For designers', 'All states', 'State map', 'Matrix', 'Playground'],
          'States',
          [
            'Sign-in',
            'Flows',
            'Errors',
            'Typing errors',
            'Dialog',
            'Code field',
            'Setting up codes',
            'Payment and approval',
            'Two screens',
            'Inbox',
            'Adding a phone',
            'Phones',
            'Signed-in devices',
          ],
          'Themes',
          ['Theme Builder', 'Examples', 'Your own UI'],
          'Tokens',
          'Components',
          ['CibaLogin', 'CibaLoginDialog', 'CibaProvider', 'TotpForm', 'TotpInput', 'TotpPeriod', 'TotpSetup', 'Parts'],
          'Engineering',
          [
            'Start',
            'Choosing a backend',
            'Components',
            'Theming',
            'Custom UI',
            'Languages',
            'Accessibility',
            'Code field',
            'Statechart',
            'Adapters',
            'Security',
            '*',
            'Backends',
          ],
        ],
      },
    },
    docs: { container: KitDocsContainer },
    a11y: { test: 'error' },
  },
  globalTypes: {
    theme: {
      description: 'Color theme',
      toolbar: { title: 'Theme', icon: 'mirror', items: ['light', 'dark'], dynamicTitle: true },
    },
    brand: {
      description: 'Example theme',
      toolbar: {
        title: 'Brand',
        icon: 'paintbrush',
        items: [
          { value: 'none', title: 'no brand' },
          { value: 'gazette', title: 'Gazette' },
          { value: 'arcade', title: 'Arcade' },
          { value: 'shadcn', title: 'shadcn' },
        ],
        dynamicTitle: true,
      },
    },
    direction: {
      description: 'Writing direction',
      toolbar: {
        title: 'Direction',
        icon: 'transfer',
        items: [
          { value: 'auto', title: 'from language' },
          { value: 'ltr', title: 'left-to-right' },
          { value: 'rtl', title: 'right-to-left' },
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
    brand: 'none',
    direction: String(import.meta.env['STORYBOOK_DIRECTION'] ?? 'auto'),
    locale: 'en',
  },
};

export default preview;
