import { useState } from 'react';
import { CibaLogin, type CibaLoginProps } from 'react-ciba';
import { createMemoryAdapter, type MemoryAdapterOptions, type MemorySession } from 'react-ciba/adapters/memory';
import { expect, userEvent, waitFor, within } from 'storybook/test';

export interface StoryLoginProps extends Omit<CibaLoginProps<MemorySession>, 'adapter'> {
  /** What the backend and the phone do. */
  backend?: MemoryAdapterOptions<MemorySession>;
}

/** A login on a backend of its own, so that each visit of a story starts from the beginning. */
export function StoryLogin({ backend = {}, ...props }: StoryLoginProps) {
  const [adapter] = useState(() => createMemoryAdapter(backend));
  return <CibaLogin adapter={adapter} {...props} />;
}

/** Acts on a story as its user. */
export function userOf(canvasElement: HTMLElement) {
  const canvas = within(canvasElement);
  return {
    canvas,
    press: async (name: RegExp | string) => userEvent.click(await canvas.findByRole('button', { name })),
    enterCode: async (code: string) => {
      await userEvent.type(await canvas.findByRole('textbox', { name: /code/ }), code);
      await userEvent.click(canvas.getByRole('button', { name: 'Verify code' }));
    },
    reaches: (status: string) =>
      waitFor(() => expect(canvasElement.querySelector('[data-part="root"]')).toHaveAttribute('data-state', status), {
        timeout: 5000,
      }),
  };
}
