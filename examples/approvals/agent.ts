import { findUser, type Shop } from './shop.js';

/** A step of an agent's plan that needs the user. It is stored, so that a restart finds it. */
export interface Step {
  readonly id: string;
  readonly user: string;
  readonly hotel: string;
}

/** A step that waits for days. */
export interface Task extends Step {
  state: 'wanted' | 'asked' | 'approved' | 'denied' | 'expired' | 'cancelled' | 'failed';
  approval?: string;
  booked?: string;
}

type Book = (hotel: string, key: string) => Promise<void>;

function askToBook({ id, user, hotel }: Step) {
  const { sub, email } = findUser(user);
  return {
    action: 'book',
    subject: sub,
    loginHint: email,
    externalId: id,
    data: { hotel },
    transaction: { title: `Book ${hotel}` },
  };
}

/**
 * While the user is there. After a restart the agent runs it again: the same key is the same approval, which sends no
 * second push, and `by` gets the same receipt again.
 *
 * @param show puts the card into the chat: `<CibaApproval id={id} layout="inline" />`
 */
export async function bookNow(
  { approvals }: Shop,
  step: Step,
  { show, book, signal }: { show: (id: string) => void; book: Book; signal?: AbortSignal },
): Promise<string> {
  const me = `user:${step.user}`;
  const { id } = await approvals.create(me, askToBook(step), { key: step.id });
  show(id);
  const outcome = await approvals.wait(me, id, { ...(signal && { signal }) });
  if (outcome !== 'approved') return outcome;
  const { data } = await approvals.consume<{ hotel: string }>(me, id, 'book', { by: step.id });
  await book(data.hotel, step.id);
  return 'booked';
}

// Over days, the agent sends no push. It leaves a task, and its run ends. Only the user's press of a button asks.

/** The route of the button on the task's card. */
export async function askForTask({ approvals }: Shop, task: Task): Promise<string> {
  const { id } = await approvals.create(`user:${task.user}`, { ...askToBook(task), useWithin: 3600 });
  Object.assign(task, { state: 'asked', approval: id });
  return id;
}

/** A cron job or a queue calls it, in any process. It sends no push. */
export async function settleTasks({ approvals }: Shop, tasks: readonly Task[], book: Book): Promise<void> {
  for (const task of tasks) {
    if (task.state !== 'asked' || task.approval === undefined) continue;
    const me = `user:${task.user}`;
    const state = await approvals.status(me, task.approval);
    if (state === 'pending') continue;
    if (state === 'approved') {
      const { data } = await approvals.consume<{ hotel: string }>(me, task.approval, 'book', { by: task.id });
      await book(data.hotel, task.id);
      task.booked = data.hotel;
    }
    // After `expired`, the card shows its button again.
    task.state = state;
  }
}
