// What blocks of the pages take as given: what an earlier block made, and functions of the reader's own app.
import type { RequestListener, Server } from 'node:http';
import type { useQuery as query } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type {
  CibaAdapter,
  CibaLogin as TheLogin,
  Login as TheParts,
  LoginScreen as TheScreen,
  UseCibaLoginResult,
  LoginView,
  SessionSource,
  useCibaLogin as useLogin,
} from 'react-ciba';
import type { CibaHandler, CibaServerEvent as ServerEvent } from 'react-ciba/server';
import type { RedisStore } from 'react-ciba/server/redis';
import type { SessionsSource } from 'react-ciba/sessions';
import type { TotpEnrollment } from 'react-ciba/totp-setup';

declare global {
  const adapter: CibaAdapter<{ name: string }> & SessionSource<{ name: string }>;
  const handler: CibaHandler<{ name: string }, { name: string }>;
  const store: RedisStore;
  const client: { close(): Promise<void> };
  const server: Server;
  type CibaServerEvent = ServerEvent;
  const CibaLogin: typeof TheLogin;
  const Login: typeof TheParts;
  const LoginScreen: typeof TheScreen;
  const useCibaLogin: typeof useLogin;

  const useQuery: typeof query;
  const render: (view: LoginView) => void;

  type FetchHandler = (request: Request) => Response | Promise<Response>;
  const Bun: {
    serve(options: { port: number; routes: Readonly<Record<string, FetchHandler>>; fetch: FetchHandler }): void;
  };
  const Deno: { serve(options: { port: number }, handler: FetchHandler): void };

  function App(): ReactElement;
  const login: UseCibaLoginResult;
  const navigate: (path: string) => void;
  const verify: (code: string) => void;
  const greet: (user: { name: string }) => void;
  const enrollment: TotpEnrollment;
  const source: SessionsSource;
  const clientId: string;
  const email: string;
  const session: { readonly accessToken: string };
  const signal: AbortSignal;
  const log: { info(entry: object): void };
  const myApp: RequestListener;
  const signIn: (session: unknown) => void;
  const findUser: (email: string) => Promise<{ readonly id: string } | null>;
  const requireSession: (request: Request) => Promise<{ readonly userId: string; readonly amount: number }>;
  const requirePhoneSession: (request: Request) => Promise<{ readonly userId: string }>;
  const withdraw: (userId: string) => Promise<boolean>;
  const tokenFromMyServer: () => Promise<string>;

  /** Of the SDK that docs/authsec.md leads away from. */
  class CIBAClient {
    constructor(options: { clientId: string });
    initiateAppApproval(email: string): Promise<{ auth_req_id: string }>;
    pollForApproval(
      email: string,
      authReqId: string,
      options: { interval: number; timeout: number },
    ): Promise<{ status: string; token: string }>;
  }
}
