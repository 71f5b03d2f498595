import type { Library } from '../../test/engines/code-field.js';

// Types for a file whose imports are there only after the first `npm run bench`.
export const libraries: readonly Library[];
