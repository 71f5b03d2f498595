export function findOrInstallRedis(): string;
