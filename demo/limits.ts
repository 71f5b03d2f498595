const OFTEN = [{ points: 1000, duration: 60 }];

/** People who try a demo sign in and deny far more often than real users. In your app, keep the defaults. */
export const DEMO_LIMITS = { limits: { user: OFTEN, browser: OFTEN, address: OFTEN }, freeDenials: 1000 };

/** The same for approvals. */
export const DEMO_APPROVAL_LIMITS = { limits: { subject: OFTEN, requester: OFTEN }, freeDenials: 1000 };

/** The same for the cards of the phone. */
export const DEMO_INBOX_LIMITS = { rates: OFTEN, open: 20 };
