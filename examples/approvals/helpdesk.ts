import { findUser, requireUser, type Shop } from './shop.js';

// The operator asks, and the caller approves: two people. `requester` names the operator, and `subject` the caller.

/** `POST /api/desk/verify { caller }`: rings the caller's phone. The operator's page shows `<CibaApproval id={id} />`. */
export function createVerifyRoute({ approvals }: Shop) {
  return async (request: Request): Promise<Response> => {
    requireUser(request);
    const { caller } = (await request.clone().json()) as { caller: string };
    const { sub, email } = findUser(caller);
    const { id } = await approvals.create(request, {
      action: 'verify-caller',
      subject: sub,
      loginHint: email,
      data: { caller: sub },
      transaction: { title: 'Example Shop is on the phone with you' },
    });
    return Response.json({ id });
  };
}

/** `POST /api/desk/account { id }`: opens the caller's account to the operator, once. */
export function createDeskRoute({ approvals }: Shop) {
  return async (request: Request): Promise<Response> => {
    const { id } = (await request.clone().json()) as { id: string };
    const { data } = await approvals.consume<{ caller: string }>(request, id, 'verify-caller');
    return Response.json({ account: findUser(data.caller).email });
  };
}
