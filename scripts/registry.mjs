// Writes dist/registry: the items of registry/registry.json as shadcn's command reads them, each with its files in it.
// `npm run build` runs it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const ITEM_SCHEMA = 'https://ui.shadcn.com/schema/registry-item.json';
const read = (path) => readFileSync(new URL(`../registry/${path}`, import.meta.url), 'utf8');
const folder = new URL('../dist/registry/', import.meta.url);

mkdirSync(folder, { recursive: true });
for (const { files, ...item } of JSON.parse(read('registry.json')).items) {
  const built = { $schema: ITEM_SCHEMA, ...item, files: files.map((file) => ({ ...file, content: read(file.path) })) };
  writeFileSync(new URL(`${item.name}.json`, folder), `${JSON.stringify(built, null, 2)}\n`);
}
