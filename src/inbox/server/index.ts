export { keycloakChannel } from '../channels/keycloak.js';
export type { KeycloakChannelOptions } from '../channels/keycloak.js';
export type { CibaInboxAdapter } from './adapter.js';
export type { DeviceChange, DeviceRecord, DeviceStore, PushSubscriptionRecord } from './devices/device-store.js';
export { createMemoryDeviceStore } from './devices/memory.js';
export { createRedisDeviceStore } from './devices/redis.js';
export type { RedisDeviceClient, RedisDeviceStoreOptions } from './devices/redis.js';
export type { InboxEvent, InboxEventType } from './events.js';
export { createCibaInbox } from './inbox.js';
export type { InboxServer, Invitation, InviteOptions } from './inbox.js';
export type {
  ApprovalProof,
  AskInfo,
  AskPolicy,
  CibaInboxOptions,
  InboxApproval,
  InboxChannel,
  InboxRequest,
  InboxUser,
  WebPushOptions,
} from './options.js';
