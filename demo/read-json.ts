/** Fetches JSON from the demo's server. */
export async function readJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) throw new Error(`${path} responded with ${response.status}.`);
  return (await response.json()) as T;
}
