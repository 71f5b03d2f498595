import type { DeviceRecord, DeviceStore } from 'react-ciba/inbox/server';

/** What is used of a client: `pg`'s Pool has it. */
interface Database {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export const TABLE = `
create table if not exists ciba_devices (
  id text primary key,
  subject text not null,
  cookie_hash text not null unique,
  next_cookie_hash text unique,
  credential_id text not null unique,
  place int not null,
  device jsonb not null,
  unique (subject, place)
)`;

export function createPostgresDeviceStore(database: Database): DeviceStore {
  const query = async (sql: string, ...values: unknown[]) =>
    (await database.query(sql, values)).rows as { device: DeviceRecord }[];
  const devices = async (sql: string, ...values: unknown[]) =>
    (await query(sql, ...values)).map(({ device }) => device);

  return {
    list: (subject) =>
      devices(`select device from ciba_devices where subject = $1 order by (device->>'addedAt')::bigint, id`, subject),
    async add(device, { most }) {
      for (;;) {
        // Each phone of a user takes a free place, so that two at the same time can't exceed the limit.
        const added = await query(
          `insert into ciba_devices (id, subject, cookie_hash, credential_id, device, place)
           select $1, $2, $3, $4, $5::jsonb, min(free.place) from generate_series(1, $6::int) as free (place)
           where not exists (select from ciba_devices as d where d.subject = $2 and d.place = free.place)
           having min(free.place) is not null
           on conflict do nothing returning device`,
          ...[device.id, device.subject, device.cookieHash, device.credentialId, JSON.stringify(device), most],
        );
        if (added.length > 0) return 'added';
        if ((await devices('select device from ciba_devices where credential_id = $1', device.credentialId)).length > 0)
          return 'credentialTaken';
        if ((await devices('select device from ciba_devices where subject = $1', device.subject)).length >= most)
          return 'full';
      }
    },
    async findByCookie(cookieHash) {
      const found = await devices(
        'select device from ciba_devices where cookie_hash = $1 or next_cookie_hash = $1',
        cookieHash,
      );
      return found[0] ?? null;
    },
    async update(id, change) {
      await query(
        `update ciba_devices set device = device || $2::jsonb,
           cookie_hash = (device || $2::jsonb)->>'cookieHash',
           next_cookie_hash = (device || $2::jsonb)->>'nextCookieHash'
         where id = $1`,
        ...[id, JSON.stringify(change)],
      );
    },
    remove: async (subject, id) =>
      (await query('delete from ciba_devices where subject = $1 and id = $2 returning device', subject, id)).length > 0,
  };
}
