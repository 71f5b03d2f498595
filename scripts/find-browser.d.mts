export interface Browser {
  executablePath: string;
  args: string[];
}
export function findBrowser(): Browser;
export function findOrInstallBrowser(): Browser;
