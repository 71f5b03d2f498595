export interface Keycloak {
  version: string;
  home: string;
}
export interface RunningKeycloak {
  origin: string;
  stop(): Promise<void>;
}
export function findKeycloak(line: string): Keycloak;
export function findOrInstallKeycloaks(lines?: readonly string[]): Promise<Keycloak[]>;
export function freePort(): Promise<number>;
export function startKeycloak(options: {
  home: string;
  port: number;
  /** The folder of the database. */
  data: string;
  /** Where the authentication channel is told of requests. */
  channel?: string;
  /** Files with PEM. */
  tls?: { port: number; certificate: string; key: string; ca: string };
}): Promise<RunningKeycloak>;
export function copyEmptyDatabase(home: string, folder: string): void;
