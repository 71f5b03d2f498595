import { toNodeListener } from 'react-ciba/server';
import { handler } from '../../../server/ciba';

/** The handler reads the body and ends the response itself. */
export const config = { api: { bodyParser: false, externalResolver: true } };

export default toNodeListener(handler);
