export function rounds(enough: number, few?: number): number;
export const isShort: boolean;
