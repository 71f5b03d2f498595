// What blocks of the pages take as given: what an earlier block made, functions of the reader's own app, and packages that
// a page names and this repository does not have.
declare const adapter: import('react-ciba').CibaAdapter<{ name: string }> &
  import('react-ciba').SessionSource<{ name: string }>;
declare const handler: import('react-ciba/server').CibaHandler<{ name: string }>;
declare const store: import('react-ciba/server/redis').RedisStore;
declare const client: { close(): Promise<void> };
declare const server: import('node:http').Server;
declare type CibaServerEvent = import('react-ciba/server').CibaServerEvent;
declare const CibaLogin: typeof import('react-ciba').CibaLogin;
declare const useCibaLogin: typeof import('react-ciba').useCibaLogin;

declare const clientId: string;
declare const email: string;
declare const session: { readonly accessToken: string };
declare const signal: AbortSignal;
declare const log: { info(entry: object): void };
declare const myApp: import('node:http').RequestListener;
declare const signIn: (session: unknown) => void;
declare const findUser: (email: string) => Promise<{ readonly id: string } | null>;
declare const requireSession: (request: Request) => Promise<{ readonly userId: string; readonly amount: number }>;
declare const requirePhoneSession: (request: Request) => Promise<{ readonly userId: string }>;
declare const withdraw: (userId: string) => Promise<boolean>;
declare const tokenFromMyServer: () => Promise<string>;

// The SDK that docs/authsec.md leads away from.
declare class CIBAClient {
  constructor(options: { clientId: string });
  initiateAppApproval(email: string): Promise<{ auth_req_id: string }>;
  pollForApproval(
    email: string,
    authReqId: string,
    options: { interval: number; timeout: number },
  ): Promise<{ status: string; token: string }>;
}

declare module '@/server/ciba' {
  export const handler: import('react-ciba/server').CibaHandler<{ name: string }>;
}
declare module '@/app/sign-in' {
  export function SignIn(): import('react').ReactElement;
}
declare module 'next/headers' {
  export function headers(): Promise<Headers>;
}
declare module 'next/navigation' {
  export function useRouter(): { refresh(): void };
}
declare module '@opentelemetry/api';
declare module '@opentelemetry/api-logs';
declare module '@playwright/test' {
  export const expect: typeof import('playwright/test').expect;
  export const test: typeof import('playwright/test').test;
}
