export function llmsIndex(readme: string, index: string): string;
export function llmsFull(readme: string, index: string, read: (path: string) => string): string;
