/** What the tabs that share a request tell each other. Nothing of it is worth anything to a third. */
export type TabMessage =
  | { readonly type: 'sent'; readonly id: string; readonly at: number }
  | { readonly type: 'ended'; readonly id: string; readonly outcome: 'approved' | 'denied' };

/** Reads what came over the channel; anything may stand there, an older version's message too. */
export function readTabMessage(value: unknown): TabMessage | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, id, at, outcome } = value as Record<string, unknown>;
  if (typeof id !== 'string') return null;
  if (type === 'sent' && typeof at === 'number') return { type, id, at };
  if (type === 'ended' && (outcome === 'approved' || outcome === 'denied')) {
    return { type, id, outcome };
  }
  return null;
}
