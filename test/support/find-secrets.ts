/**
 * Every path below `root` at which one of the secrets stands, in keys or values of any kind of object: own properties
 * (enumerable or not), maps, sets, errors and their causes, prototypes left out. Functions are entered as objects.
 */
export function findSecrets(root: unknown, secrets: readonly string[]): string[] {
  const found: string[] = [];
  const seen = new Set<object>();
  const waiting: { value: unknown; path: string }[] = [{ value: root, path: 'root' }];
  const check = (text: string, path: string) => {
    for (const secret of secrets) if (text.includes(secret)) found.push(`${path}: ${secret}`);
  };

  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'symbol') check(String(value), path);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      check(String(key), path);
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      if (descriptor && 'value' in descriptor)
        waiting.push({ value: descriptor.value, path: `${path}.${String(key)}` });
    }
    if (value instanceof Map) {
      for (const [key, entry] of value)
        waiting.push({ value: key, path: `${path}<key>` }, { value: entry, path: `${path}<${String(key)}>` });
    }
    if (value instanceof Set) for (const entry of value) waiting.push({ value: entry, path: `${path}<entry>` });
  }
  return found;
}
