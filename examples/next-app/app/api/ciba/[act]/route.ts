import { handler } from '../../../../server/ciba';

export { handler as GET, handler as POST };
