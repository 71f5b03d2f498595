import { notifyOfRequests } from 'react-ciba/inbox/service-worker';

notifyOfRequests({ icon: '/icon-192.png' });
