const SECRET_FIELDS = ['auth_req_id', 'access_token', 'id_token', 'refresh_token'];

/**
 * Collects what the provider tells this app's server and nobody else. The demo runs in this process, so its requests
 * to the provider go through this global `fetch`.
 */
export function collectProviderSecrets() {
  const found = new Set<string>();
  const original = globalThis.fetch;

  globalThis.fetch = async (...request) => {
    const response = await original(...request);
    const text = await response.clone().text();
    if (!text.startsWith('{')) return response;
    const body = JSON.parse(text) as Record<string, unknown>;
    for (const field of SECRET_FIELDS) {
      const value = body[field];
      if (typeof value === 'string') found.add(value);
    }
    return response;
  };

  return {
    found,
    stop() {
      globalThis.fetch = original;
    },
  };
}
