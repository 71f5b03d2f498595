import type { Library } from '../../test/engines/code-field.js';

// Types for a file whose imports are only installed by the first `npm run bench`.
export const libraries: readonly Library[];
