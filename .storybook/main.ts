import type { StorybookConfig } from '@storybook/react-vite';
import { writePages } from './pages.js';

writePages();

const config: StorybookConfig = {
  framework: '@storybook/react-vite',
  stories: ['./pages/*.mdx', '../stories/**/*.mdx', '../stories/**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  core: { disableTelemetry: true },
  // Storybook's own first steps are for the people who build it, not for those who look at it.
  features: { sidebarOnboardingChecklist: false },
  // The other docgen tools need TypeScript's JavaScript API, which TypeScript 7 doesn't have.
  typescript: { reactDocgen: 'react-docgen' },
  viteFinal(vite) {
    // vite.config.ts builds a library, but Storybook is an app.
    delete vite.build?.lib;
    delete vite.build?.rolldownOptions;
    return vite;
  },
};

export default config;
