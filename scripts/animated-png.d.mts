export function animate(frames: readonly { readonly png: Buffer; readonly milliseconds: number }[]): Buffer;
