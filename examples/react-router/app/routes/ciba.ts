import { handler } from '../ciba.server';
import type { Route } from './+types/ciba';

// A route without a component answers with what these return: GET by the loader, POST by the action.
export const loader = ({ request }: Route.LoaderArgs) => handler(request);
export const action = ({ request }: Route.ActionArgs) => handler(request);
