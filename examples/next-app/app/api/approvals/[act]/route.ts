import { approvals } from '../../../../server/ciba';

export { approvals as GET, approvals as POST };
