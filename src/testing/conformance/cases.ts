import type { AdapterCase } from './checks.js';
import { CODE_CASES } from './code-cases.js';
import { FAULT_CASES } from './fault-cases.js';
import { OUTCOME_CASES } from './outcome-cases.js';
import { REQUEST_CASES } from './request-cases.js';

/** Everything that `describeAdapter` checks. */
export const ADAPTER_CASES: readonly AdapterCase[] = [
  ...REQUEST_CASES,
  ...OUTCOME_CASES,
  ...CODE_CASES,
  ...FAULT_CASES,
];
