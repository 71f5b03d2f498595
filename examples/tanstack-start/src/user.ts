import { createServerFn } from '@tanstack/react-start';
import { getRequest } from '@tanstack/react-start/server';
import { handler } from './ciba.server';

/** Runs on the server: for the first page, and in a separate request for each navigation. */
export const getUser = createServerFn().handler(() => handler.session(getRequest()));
