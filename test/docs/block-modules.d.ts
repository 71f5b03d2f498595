// Modules that blocks of the pages import: the reader's own, and packages that this repository does not have.
declare module '@/server/ciba' {
  import type { CibaHandler } from 'react-ciba/server';
  export const handler: CibaHandler<{ name: string }, { name: string }>;
}
declare module '@/app/sign-in' {
  import type { ReactElement } from 'react';
  export function SignIn(): ReactElement;
}
declare module 'next/headers' {
  export function headers(): Promise<Headers>;
}
declare module 'next/navigation' {
  export function useRouter(): { refresh(): void };
}
declare module '@tanstack/react-query-devtools' {
  import type { ReactElement } from 'react';
  export function ReactQueryDevtools(): ReactElement;
}
declare module '@statelyai/inspect' {
  import type { InspectionEvent, Observer } from 'xstate';
  export function createBrowserInspector(): { inspect: Observer<InspectionEvent> };
}
declare module '@playwright/test' {
  export { defineConfig, expect, test, type Page } from 'playwright/test';
}
