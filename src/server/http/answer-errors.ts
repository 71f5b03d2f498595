import { toCibaError } from '../../contract/index.js';
import type { CibaError } from '../../contract/index.js';
import { createReference } from '../secrets.js';
import { errorResponse, RefusedRequest, refusalResponse } from './body-and-response.js';
import type { Answer } from './body-and-response.js';

/** Who is told of what a route throws. */
interface Told {
  refused(refusal: RefusedRequest): void;
  /** `reference` is in the response too, so that support finds the event by what a user tells. */
  failed(error: CibaError, reference: string): void;
}

/**
 * Turns what a route throws into its response.
 * @param respond the response for an error. @default errorResponse
 */
export async function answerErrors(
  run: () => Promise<Answer>,
  told: Told,
  respond: (error: CibaError, reference: string) => Response = errorResponse,
): Promise<Answer> {
  try {
    return await run();
  } catch (caught) {
    if (caught instanceof RefusedRequest) {
      told.refused(caught);
      return refusalResponse(caught);
    }
    const error = toCibaError(caught);
    const reference = createReference();
    told.failed(error, reference);
    return respond(error, reference);
  }
}
