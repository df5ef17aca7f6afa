import { MAX_MEMBERS } from '#shared/domain/groups'

/** A rate limit: `points` in `seconds`, multiplied by RATE_LIMIT_FACTOR. */
export interface Budget {
  points: number
  seconds: number
  /** Each task counts for itself. For budgets that only protect the task's own work, asking Valkey is not worth it. */
  perTask?: true
  /**
   * `files`: requests that take long or carry bytes. They wait for each other, and no other request waits for them.
   * `untimed`: the time that the request takes is not counted against the person.
   */
  lane?: 'files' | 'untimed'
}

/**
 * The budgets of routes and socket requests. Each route and each type of request names one. They are far above what a
 * person does, with several devices and after a deployment, and stop what only a script does. Where an action sends
 * events to others, the budget is smaller and all tasks count together.
 */
export const BUDGETS = {
  // By person.
  read: { points: 1_200, seconds: 60, perTask: true },
  /** Searching people by name: a request shortly after every key. */
  directory: { points: 180, seconds: 60, perTask: true },
  /** Searching messages: a request shortly after a key, and for each further page. */
  search: { points: 180, seconds: 60, perTask: true },
  /** Conversations and their changes: a request after every reconnect, and every 5 s where sockets are blocked. */
  sync: { points: 120, seconds: 60, perTask: true },
  members: { points: 300, seconds: 60, perTask: true },
  page: { points: 600, seconds: 60, perTask: true },
  file: { points: 3_000, seconds: 60, perTask: true, lane: 'files' },
  uploadStep: { points: 1_200, seconds: 60, perTask: true, lane: 'files' },
  account: { points: 60, seconds: 60, perTask: true },
  mySettings: { points: 120, seconds: 60, perTask: true },
  /** A request a second while somebody types, from several devices. */
  draft: { points: 240, seconds: 60, perTask: true },
  schedule: { points: 120, seconds: 60 },
  presence: { points: 240, seconds: 60, perTask: true },
  ping: { points: 600, seconds: 60, perTask: true },
  socketOpen: { points: 120, seconds: 60, perTask: true },
  /** The pages of administrators and auditors. */
  administer: { points: 300, seconds: 60, perTask: true },
  // By person, and others get events.
  /** As many messages as a bridge or an import needs. */
  send: { points: 3_000, seconds: 60, lane: 'untimed' },
  changeMessage: { points: 120, seconds: 60 },
  markRead: { points: 300, seconds: 60, perTask: true },
  typing: { points: 120, seconds: 60, perTask: true },
  startConversation: { points: 120, seconds: 600 },
  createGroup: { points: 20, seconds: 600 },
  /** Adding people to groups, a point for each person: three of the largest groups in an hour. */
  addPeople: { points: 3 * MAX_MEMBERS, seconds: 3_600 },
  changeGroup: { points: 30, seconds: 60 },
  /** Roles, rights, removals, bans, requests to join. */
  moderate: { points: 120, seconds: 60 },
  /** Blocks, and who may see whom. */
  changeBlocks: { points: 60, seconds: 60 },
  invite: { points: 30, seconds: 600 },
  acceptInvite: { points: 30, seconds: 60 },
  // By address, for requests without a signed-in person. An office shares one address.
  anonymous: { points: 1_200, seconds: 60, perTask: true },
  session: { points: 600, seconds: 60, perTask: true },
  preview: { points: 300, seconds: 60, perTask: true },
  storedPart: { points: 6_000, seconds: 60, perTask: true },
  /** Pages, which the server renders. */
  pageView: { points: 600, seconds: 60, perTask: true },
  unknown: { points: 600, seconds: 60, perTask: true },
  check: { points: 600, seconds: 60, perTask: true },
  /** Upgrades: a deployment closes all sockets, and everyone in a large office comes back at once. */
  upgrade: { points: 12_000, seconds: 60, perTask: true },
} as const satisfies Record<string, Budget>

export type BudgetName = keyof typeof BUDGETS
