export type {
  AskKind,
  CardDelivery,
  CardEnd,
  DeviceAct,
  DeviceInfo,
  InboxAdapter,
  InboxAnswer,
  InboxChallenge,
  InboxList,
  PasskeyJson,
  RegisterAnswer,
  RegisterStep,
  ShownAsk,
} from '../contract/inbox.js';
export type { InboxCard } from '../contract/inbox.js';
export type { InboxMessages } from '../contract/index.js';
export { CibaDevices } from './ciba-devices.js';
export type { CibaDevicesProps } from './ciba-devices.js';
export { CibaInbox } from './ciba-inbox.js';
export type { CibaInboxProps } from './ciba-inbox.js';
export type { CardProblem } from './machine/card.machine.js';
export type { CardEndStatus, CardState, CardView } from './machine/card-view.js';
export { browserNotifications } from './notifications.js';
export type { InboxNotifications, NoNotificationsReason, NotificationPermissionState } from './notifications.js';
export { browserPasskeys } from './passkeys.js';
export type { NoPasskeyReason, Passkeys } from './passkeys.js';
export { inboxQueryKey, useCibaInbox } from './use-ciba-inbox.js';
export type { InboxView, OtherCard, UseCibaInboxOptions, UseCibaInboxResult } from './use-ciba-inbox.js';
export type { NotificationsView } from './use-notifications.js';
export type { PhoneSetup, SetupStep } from './use-phone-setup.js';
export { devicesQueryKey, useCibaDevices } from './use-ciba-devices.js';
export type { UseCibaDevicesOptions, UseCibaDevicesResult } from './use-ciba-devices.js';
