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
declare module '@nestjs/core' {
  import type { RequestListener } from 'node:http';
  export const NestFactory: {
    create(
      module: unknown,
    ): Promise<{ use(path: string, listener: RequestListener): void; listen(port: number): Promise<void> }>;
  };
}
declare module '@/app.module' {
  export class AppModule {}
}
declare module 'koa' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  interface Context {
    readonly path: string;
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    respond: boolean;
  }
  export default class Koa {
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void> | void): void;
    listen(port: number): void;
  }
}
declare module 'astro' {
  export type APIRoute = (context: { readonly request: Request }) => Promise<Response>;
}

declare module '@/components/ciba-login' {
  export { CibaLogin } from 'react-ciba';
}
